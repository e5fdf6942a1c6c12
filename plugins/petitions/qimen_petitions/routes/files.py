"""Pictures of petitions, always as attachments."""

from qimen_core import NotFound, StoredFile
from qimen_core.files import path_of
from qimen_petitions.standing import standing
from qimen_web import Request, Response, download, ui


@download("/petitions/files/{file_id:int}", permission="petitions.order.read")
def photo(request: Request, file_id: int) -> Response:
    """Answer one picture."""
    file = request.session.get(StoredFile, file_id)
    if file is None or file.plugin != "petitions":
        raise NotFound
    order = file.subject.removeprefix("orders_order:")
    # A picture shows a home or a face: those complained about get none.
    if order.isdecimal() and standing(request.ctx, int(order), file.org_path).named:
        raise NotFound
    body = path_of(request.ctx.qimen, file)
    return ui.download(request, file.name, body, file.media_type)
