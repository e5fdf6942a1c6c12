"""Files that people send: looked at before anything else looks at them (SECURITY 21).

The sender's file name and type are claims. What a file is, its first bytes say; a picture is
drawn anew, so that what was hidden in it (a place, a script) stays behind.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_web.request import Upload

__all__ = ["DOCUMENTS", "PHOTOS", "CheckedFile", "checked"]

_ = translations("qimen_web")

MIB = 1024 * 1024
MAX_PIXELS = 25_000_000
_MAX_MEMBERS = 2_000
_MAX_UNPACKED = 200 * MIB
_MAX_RATIO = 200
_QUALITY = 85

PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENTS = PHOTOS | {_PDF, _DOCX, _XLSX}

_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    _PDF: ".pdf",
    _DOCX: ".docx",
    _XLSX: ".xlsx",
}
_PILLOW = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OFFICE = {"word/document.xml": _DOCX, "xl/workbook.xml": _XLSX}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: a harmless name, its true type, its bytes."""

    name: str
    media_type: str
    data: bytes


def checked(
    upload: Upload, *, kinds: Collection[str] = PHOTOS, limit: int = 10 * MIB, field: str = "file"
) -> CheckedFile:
    """Return what may be kept of a file.

    Args:
        upload: What was sent.
        kinds: The media types that are taken.
        limit: Bytes at most.
        field: The form field that a refusal is about.

    Raises:
        InvalidInput: It is too large, of another kind, damaged, or made to do harm.
    """
    try:
        return _checked(upload, kinds, limit)
    except _Refused as refused:
        raise InvalidInput({field: refused.message}) from refused


class _Refused(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


def _checked(upload: Upload, kinds: Collection[str], limit: int) -> CheckedFile:
    if upload.size > limit:
        raise _Refused(_("文件不能超过 {n} MB").format(n=limit // MIB))
    upload.data.seek(0)
    kind = _kind(upload.data)
    if kind not in kinds:
        raise _Refused(str(_("不支持这种文件，请换一种格式")))
    upload.data.seek(0)
    if kind in PHOTOS:
        data = _redrawn(upload.data, kind)
    else:
        if kind in _OFFICE.values():
            _refuse_bomb(upload.data)
        upload.data.seek(0)
        data = upload.data.read(limit + 1)
    return CheckedFile(_harmless(upload.name, kind), kind, data)


def _kind(data: BinaryIO) -> str:
    head = data.read(16)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return _PDF
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    return ""


def _office_kind(data: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(data) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return ""
    return next((kind for part, kind in _OFFICE.items() if part in names), "")


def _refuse_bomb(data: BinaryIO) -> None:
    """Refuse macros and archives that unpack to far more than they are, by their own table."""
    with zipfile.ZipFile(data) as archive:
        members = archive.infolist()
    if len(members) > _MAX_MEMBERS or sum(m.file_size for m in members) > _MAX_UNPACKED:
        raise _Refused(str(_("文件展开后太大")))
    for member in members:
        if member.filename.lower().endswith("vbaproject.bin"):
            raise _Refused(str(_("不接受带宏的文件，请另存为不带宏的格式")))
        if member.file_size > MIB and member.file_size > _MAX_RATIO * max(member.compress_size, 1):
            raise _Refused(str(_("文件展开后太大")))


def _redrawn(data: BinaryIO, kind: str) -> bytes:
    form = _PILLOW[kind]
    try:
        with warnings.catch_warnings():
            # Our own limit speaks first; Pillow's warning would only repeat it.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(data, formats=[form]) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise _Refused(str(_("照片像素太多，请缩小后再上传")))
                upright = ImageOps.exif_transpose(picture)
                mode = "RGBA" if "A" in upright.getbands() and form != "JPEG" else "RGB"
                pixels = Image.new(mode, upright.size)
                pixels.paste(upright.convert(mode))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _Refused(str(_("照片已损坏，无法打开"))) from error
    except Image.DecompressionBombError as error:
        raise _Refused(str(_("照片像素太多，请缩小后再上传"))) from error
    drawn = io.BytesIO()
    pixels.save(drawn, form, quality=_QUALITY)
    return drawn.getvalue()


def _harmless(name: str, kind: str) -> str:
    """Return the name for showing and downloading; the ending is that of the true type."""
    stem = _UNSAFE.sub("_", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    stem = stem.rsplit(".", 1)[0].strip(" .")[:80]
    return (stem or "file") + _ENDINGS[kind]
