"""Reads the body of an unsafe request: fields and files, within the route's limits."""

from typing import Any

from litestar import Request as LitestarRequest
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, HTTPException

from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_web.refusals import TooLarge
from qimen_web.request import FormData, Upload

__all__ = ["AppRequest", "Body", "read_body"]

_ = translations("qimen_web")

AppRequest = LitestarRequest[Any, Any, Any]
Body = tuple[FormData, dict[str, list[Upload]]]


async def read_body(request: AppRequest, *, whole: bool = False) -> Body:
    """Return the fields and files of a form.

    The app server's limit per route ends the reading; large files wait in a temporary file that
    goes with the request.

    Args:
        request: The request.
        whole: Take the body as it is into the field ``body``, whatever it says it is.

    Raises:
        TooLarge: The body is larger than the route takes.
        InvalidInput: It is not the form it says it is.
    """
    try:
        if whole:
            text = (await request.body()).decode("utf-8", "replace")
            return FormData((("body", text),)), {}
        sent = await request.form()
    except HTTPException as error:
        if error.status_code == 413:
            raise TooLarge(_("提交的内容太大")) from error
        raise InvalidInput({}, _("提交的内容无法读取")) from error
    except (ClientException, ValueError) as error:
        raise InvalidInput({}, _("提交的内容无法读取")) from error
    pairs: list[tuple[str, str]] = []
    files: dict[str, list[Upload]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(_upload(value))
        else:
            # NUL is no text in PostgreSQL and never typed by a person.
            pairs.append((name, str(value).replace("\x00", "")))
    return FormData(pairs), files


def _upload(file: UploadFile) -> Upload:
    stream = file.file
    size = stream.seek(0, 2)
    stream.seek(0)
    return Upload(name=file.filename, content_type=file.content_type, data=stream, size=size)  # type: ignore[arg-type]
