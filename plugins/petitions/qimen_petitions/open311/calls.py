"""A call: its arguments, where it may go, and its answer in the format asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from qimen_core import Context, NotFound, QimenError, Throttled, scope, translations
from qimen_core.access.throttle import Limit, address_key
from qimen_core.org.queries import Unit, by_code
from qimen_petitions.open311.documents import FORMATS, Document, drawn
from qimen_petitions.open311.refusals import Problem, Refused, error_document, problems_of
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.settings import PetitionSettings
from qimen_web import Request, Response

__all__ = ["ADDRESS", "MOST_BYTES", "Call", "absolute", "answered", "moment", "place_of_call"]

_ = translations("qimen_petitions")

ADDRESS = "/api/petitions/open311/v2"
MOST_BYTES = 64 * 1024
_MOST_FIELDS = 100
_DIGITS = 12
_KINDS = ("county", "township", "community")


@dataclass(frozen=True, slots=True)
class Call:
    """What came in.

    Args:
        request: The request; its account counts for nothing here.
        name: The last part of the address, without its format.
        arguments: What was sent, the first value of each; an empty one was not sent.
    """

    request: Request
    name: str
    arguments: Mapping[str, str]

    @property
    def ctx(self) -> Context:
        """The public's context."""
        return self.request.ctx

    def argument(self, name: str) -> str:
        """Return an argument, ``""`` when it was not sent: the specification has them equal."""
        return self.arguments.get(name, "").strip()

    def listed(self, name: str) -> list[str]:
        """Return the parts of an argument that may hold several, divided by commas."""
        return [part for each in self.argument(name).split(",") if (part := each.strip())]


def answered(request: Request, document: str, work: Callable[[Call], Document]) -> Response:
    """Do the work of a call and return its answer, an error included, in the format it names.

    Args:
        request: The request.
        document: The last part of the address, as ``services.json``.
        work: What is to be done.
    """
    name, _dot, form = document.rpartition(".")
    known = form in FORMATS
    problems: list[Problem] = []
    wait = 0
    try:
        if not known or not name:
            raise Refused(Problem(400, str(_("网址须以 .xml 或 .json 结尾，如 services.json"))))
        call = Call(request, name, _arguments(request))
        _count_reading(request)
        found = work(call)
    except QimenError as error:
        request.session.rollback()
        problems = list(problems_of(error))
        found = error_document(problems)
        wait = error.retry_after if isinstance(error, Throttled) else 0
    shape = form if known else "xml"
    status = problems[0].code if problems else 200
    response = Response(drawn(found, shape), status=status, media_type=FORMATS[shape])
    if wait:
        response.header("retry-after", str(wait))
    return response


def place_of_call(call: Call) -> Unit:
    """Return the unit that ``jurisdiction_id`` names: a county, township or community by its code.

    Raises:
        Refused: It was not sent (400), or nothing is open to programs there (404).
    """
    code = call.argument("jurisdiction_id")
    if not code:
        hint = _("缺少 jurisdiction_id：请填县、乡镇或社区的 12 位区划代码")
        raise Refused(Problem(400, str(hint)))
    unknown = Refused(Problem(404, str(_("jurisdiction_id 不存在，或该地未开放接口"))))
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        raise unknown
    try:
        with scope(call.request.session, call.ctx, PUBLISHED):
            unit = by_code(call.ctx, code)
    except NotFound:
        raise unknown from None
    if unit.kind not in _KINDS or unit.valid_to is not None:
        raise unknown
    if not call.ctx.setting(PetitionSettings, unit.path).open311:
        raise unknown
    return unit


def absolute(request: Request, path: str) -> str:
    """Return a path of this site with its scheme and host, for what is read elsewhere."""
    scheme = request.raw.scope.get("scheme", "http")
    return f"{scheme}://{request.raw.header('host')}{path}"


def moment(at: datetime | None) -> str | None:
    """Return a moment as the specification writes it, e.g. ``2026-11-24T08:00:00Z``."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at is not None else None


def _arguments(request: Request) -> Mapping[str, str]:
    if request.method == "GET":
        return request.query
    body = request.form.get("body", "")
    if len(body.encode()) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise Refused(Problem(400, str(_("提交的内容太大：最多 {n} KB").format(n=most))))
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Refused(Problem(400, str(_("提交的参数太多")))) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        # NUL is no text in PostgreSQL and never typed by a person.
        found.setdefault(name, value.replace("\x00", ""))
    return found


def _count_reading(request: Request) -> None:
    """Count a call of an address.

    Raises:
        Throttled: It asked too often within a minute.
    """
    most = request.ctx.setting(PetitionSettings).open311_calls_per_minute
    key = f"open311:{address_key(request.address)}"[:80]
    request.shell.throttle.reserve([Limit(key, most, 1)])
