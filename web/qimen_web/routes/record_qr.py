"""The QR code of a record's page: a phone opens what the paper or the screen shows."""

import io
from typing import Final

import segno

from qimen_core.errors import NotFound
from qimen_web.addresses import safe_next
from qimen_web.handlers import SELF, fragment
from qimen_web.request import Request
from qimen_web.response import Response

_LONGEST: Final = 200


@fragment("/qr.svg", permission=SELF)
def record_qr(request: Request) -> Response:
    """Answer the code of an address of this site; opening it asks for a login like any other.

    Only the address goes in, never anything of the record (SECURITY 13).
    """
    path = request.query.get("to", "")
    if not path or len(path) > _LONGEST or safe_next(path) != path:
        raise NotFound
    scheme = request.raw.scope.get("scheme", "http")
    picture = io.BytesIO()
    code = segno.make(f"{scheme}://{request.raw.header('host')}{path}", error="m", micro=False)
    code.save(picture, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")
