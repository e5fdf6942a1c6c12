"""Forged requests: where an unsafe request comes from, and the token bound to the sign-in."""

from hmac import compare_digest
from urllib.parse import urlsplit

from qimen_core.i18n import translations
from qimen_web.refusals import Forged

__all__ = ["FIELD", "HEADER", "SAFE_METHODS", "check_origin", "check_token"]

_ = translations("qimen_web")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "x-csrf-token"


def check_origin(site: str, origin: str, host: str) -> None:
    """Refuse an unsafe request that another site started.

    A browser sends at least one of the two headers with every POST. A client that sends
    neither still needs the token.

    Args:
        site: The header ``Sec-Fetch-Site``, or empty.
        origin: The header ``Origin``, or empty.
        host: The header ``Host``.

    Raises:
        Forged: It comes from elsewhere.
    """
    if site and site not in {"same-origin", "none"}:
        raise Forged(_("请求不是从本站页面发出的"))
    if origin and (not host or urlsplit(origin).netloc.lower() != host.lower()):
        raise Forged(_("请求不是从本站页面发出的"))


def check_token(expected: str, given: str) -> None:
    """Refuse a request without the token of its sign-in.

    Raises:
        Forged: The token is missing, or belongs to another sign-in.
    """
    if not expected or not compare_digest(expected.encode(), given.encode()):
        raise Forged(_("页面已过期，请刷新后再提交"))
