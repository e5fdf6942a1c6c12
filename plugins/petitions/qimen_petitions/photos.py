"""Pictures sent along with a petition: optional, redrawn, kept under random names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from qimen_core import Context, InvalidInput, StoredFile, UnitOfWork, translations
from qimen_core.files import store
from qimen_core.org.queries import Unit
from qimen_web import Upload
from qimen_web.uploads import CheckedFile, checked

__all__ = ["PHOTO_BYTES", "Photo", "PhotoLink", "checked_photos", "keep_photos", "photos_of"]

_ = translations("qimen_petitions")

Photo = CheckedFile
PHOTO_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PhotoLink:
    """A kept picture: its id and the name it is saved under."""

    id: int
    name: str


def checked_photos(uploads: Sequence[Upload], most: int) -> list[Photo]:
    """Return the pictures that may be kept; an empty file field counts for nothing.

    Args:
        uploads: What was sent.
        most: How many are taken.

    Raises:
        InvalidInput: There are too many, or one is too large, damaged or no picture.
    """
    sent = [upload for upload in uploads if upload.size]
    if len(sent) > most:
        raise InvalidInput({"photos": _("最多上传 {n} 张照片").format(n=most)})
    return [checked(upload, limit=PHOTO_BYTES, field="photos") for upload in sent]


def keep_photos(uow: UnitOfWork, order_id: int, unit: Unit, photos: Sequence[Photo]) -> None:
    """Keep pictures with a petition, in its unit of work."""
    for photo in photos:
        store(
            uow,
            photo.name,
            photo.data,
            photo.media_type,
            unit,
            plugin="petitions",
            subject=_subject(order_id),
        )


def photos_of(ctx: Context, order_id: int) -> tuple[PhotoLink, ...]:
    """Return the pictures of a petition, within the session's scope."""
    found = ctx.session.scalars(
        select(StoredFile)
        .where(StoredFile.plugin == "petitions", StoredFile.subject == _subject(order_id))  # type: ignore[arg-type]
        .order_by(StoredFile.id)  # type: ignore[arg-type]
    )
    return tuple(PhotoLink(file.id or 0, file.name) for file in found)


def _subject(order_id: int) -> str:
    return f"orders_order:{order_id}"
