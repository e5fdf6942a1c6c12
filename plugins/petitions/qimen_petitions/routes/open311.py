"""Addresses of Open311 GeoReport v2, all below ``/api/petitions/open311/v2``. No account.

Whoever posts brings a key or a resident's code; what a browser adds by itself, its cookies, counts
for nothing here. So there is no form and no form token, and a page of another site is refused.
"""

from qimen_core import translations
from qimen_petitions.open311 import creating, offered, requests
from qimen_petitions.open311.calls import ADDRESS, MOST_BYTES, Call, answered
from qimen_petitions.open311.documents import Document
from qimen_petitions.open311.refusals import Problem, Refused
from qimen_web import Request, Response, public

_ = translations("qimen_petitions")

_READS = {
    "discovery": offered.discovery,
    "services": offered.services,
    "requests": requests.several,
}


@public(f"{ADDRESS}/{{document:str}}", plugin="petitions")
def open311_read(request: Request, document: str) -> Response:
    """Answer ``discovery``, ``services`` or ``requests``."""
    return answered(request, document, _read)


@public(
    f"{ADDRESS}/{{document:str}}",
    plugin="petitions",
    methods=("POST",),
    # Twice what is taken, so that a little too much is told in the format asked for.
    body_limit=2 * MOST_BYTES,
    unsigned=True,
)
def open311_send(request: Request, document: str) -> Response:
    """Take a request down: ``requests``."""
    return answered(request, document, _send)


@public(f"{ADDRESS}/services/{{document:str}}", plugin="petitions")
def open311_service(request: Request, document: str) -> Response:
    """Answer a service's definition."""
    return answered(request, document, offered.definition)


@public(f"{ADDRESS}/requests/{{document:str}}", plugin="petitions")
def open311_request(request: Request, document: str) -> Response:
    """Answer one request."""
    return answered(request, document, requests.one)


@public(f"{ADDRESS}/tokens/{{document:str}}", plugin="petitions")
def open311_token(request: Request, document: str) -> Response:
    """Answer the number that a token stands for."""
    return answered(request, document, requests.token)


def _read(call: Call) -> Document:
    work = _READS.get(call.name)
    if work is None:
        raise Refused(Problem(404, str(_("没有这个资源：只有 discovery、services、requests"))))
    return work(call)


def _send(call: Call) -> Document:
    if call.name != "requests":
        raise Refused(Problem(404, str(_("只能向 requests 提交"))))
    return creating.create(call)
