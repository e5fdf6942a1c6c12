"""What people send is looked at before it is kept."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from qimen_core.errors import InvalidInput
from qimen_web.request import Upload
from qimen_web.uploads import DOCUMENTS, PHOTOS, checked

ORIENTATION, GPS = 0x0112, 0x8825


def _upload(data: bytes, name: str = "照片.jpg", kind: str = "image/jpeg") -> Upload:
    return Upload(name, kind, io.BytesIO(data), len(data))


def _picture(form: str = "JPEG", size: tuple[int, int] = (40, 20), *, exif: bool = False) -> bytes:
    target = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 30))
    if exif:
        tags = Image.Exif()
        tags[ORIENTATION] = 6
        tags.get_ifd(GPS)[1] = "N"
        picture.save(target, form, exif=tags)
    else:
        picture.save(target, form)
    return target.getvalue()


def _png(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def _archive(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return target.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew(form: str) -> None:
    sent = _picture(form)
    kept = checked(_upload(sent))
    assert kept.media_type == f"image/{form.lower()}"
    with Image.open(io.BytesIO(kept.data)) as drawn:
        assert drawn.size == (40, 20)


def test_what_hides_in_a_picture_stays_behind_and_it_stands_upright() -> None:
    sent = _picture(exif=True) + b"<script>alert(1)</script>"
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get(ORIENTATION) == 6  # the control: it was there
    kept = checked(_upload(sent))
    assert b"<script>" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as after:
        assert dict(after.getexif()) == {}
        assert after.size == (20, 40)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\现场.png", "现场.jpg"),
        ("a\x00b\r\nc.jpg", "a_b__c.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("a\u202egpj.exe", "a_gpj.jpg"),
        ("shell.php.jpg", "shell.php.jpg"),
        ("长" * 300 + ".jpg", "长" * 80 + ".jpg"),
    ],
)
def test_a_name_becomes_harmless_and_ends_as_the_file_is(name: str, kept: str) -> None:
    assert checked(_upload(_picture(), name)).name == kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"MZ\x90\x00" + b"\0" * 60,
        b"GIF89a" + b"\0" * 20,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
        b"PK\x03\x04broken",
        b"\xff\xd8\xff broken",
        b"\x89PNG\r\n\x1a\n broken",
        _picture()[:200],
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_calls_itself(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(_upload(data))
    assert set(refused.value.errors) == {"file"}


@pytest.mark.parametrize("size", [(5001, 5000), (100_000, 100_000), (2**31 - 1, 1)])
def test_a_picture_of_more_than_25_megapixels_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(InvalidInput):
        checked(_upload(_png(*size)))


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="MB"):
        checked(_upload(_picture() + b"\0" * 2_000_000), limit=1024 * 1024)


def test_an_office_file_is_known_by_its_parts() -> None:
    sheet = _archive({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"})
    kept = checked(_upload(sheet, "名单.zip"), kinds=DOCUMENTS)
    assert kept.name == "名单.xlsx"
    assert kept.data == sheet
    with pytest.raises(InvalidInput):
        checked(_upload(sheet), kinds=PHOTOS)
    with pytest.raises(InvalidInput):
        checked(_upload(_archive({"readme.txt": b"x"})), kinds=DOCUMENTS)


@pytest.mark.parametrize(
    ("members", "word"),
    [
        ({"xl/vbaProject.bin": b"macro"}, "宏"),
        ({"xl/media/bomb": b"\0" * 40_000_000}, "太大"),
        ({f"xl/worksheets/{n}.xml": b"x" for n in range(2100)}, "太大"),
    ],
)
def test_macros_and_bombs_are_refused(members: dict[str, bytes], word: str) -> None:
    sheet = _archive({"xl/workbook.xml": b"x", **members})
    assert len(sheet) < 1_000_000
    with pytest.raises(InvalidInput, match=word):
        checked(_upload(sheet, "a.xlsx"), kinds=DOCUMENTS)


def test_a_pdf_is_kept_as_it_is() -> None:
    kept = checked(_upload(b"%PDF-1.7 ...", "通知"), kinds=DOCUMENTS)
    assert (kept.name, kept.media_type, kept.data) == (
        "通知.pdf",
        "application/pdf",
        b"%PDF-1.7 ...",
    )
