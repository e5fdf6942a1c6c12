"""Static files: addresses that change with the content, and nothing outside the folders."""

import gzip
from pathlib import Path

import pytest

from qimen_web.assets import Assets, MissingAsset

GZIP = "gzip, deflate, br"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin's static folder with a script, a picture and a bundle."""
    root = tmp_path / "static" / "demo"
    (root / "css").mkdir(parents=True)
    (root / "app.js").write_text("let a = 1;\n" * 200, "utf-8")
    (root / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (root / "css" / "one.css").write_text("a{}", "utf-8")
    (root / "css" / "two.css").write_text("b{}", "utf-8")
    (root / "css" / "all.css.bundle").write_text("# order matters\none.css\ntwo.css\n", "utf-8")
    (root / "NOTES.md").write_text("not for browsers", "utf-8")
    (tmp_path / "secret.txt").write_text("key", "utf-8")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return root


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets({"demo": folder})


def below(url: str) -> str:
    return url.removeprefix("/static/")


def answer(
    assets: Assets, path: str, match: str = "", encoding: str = GZIP, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = assets.answer(method, path, match, encoding)
    return status, {name.decode(): value.decode() for name, value in headers}, body


def test_a_file_is_sent_packed_and_may_be_kept_for_good(assets: Assets, folder: Path) -> None:
    status, headers, body = answer(assets, below(assets.url("demo/app.js")))
    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "accept-encoding"
    assert gzip.decompress(body) == (folder / "app.js").read_bytes()


@pytest.mark.parametrize("encoding", ["", "br", "gzip;q=0", "identity"])
def test_a_browser_that_does_not_unpack_gets_the_plain_file(assets: Assets, encoding: str) -> None:
    _status, headers, body = answer(assets, below(assets.url("demo/app.js")), encoding=encoding)
    assert "content-encoding" not in headers
    assert body.startswith(b"let a = 1;")


def test_a_picture_is_not_packed_twice(assets: Assets) -> None:
    _status, headers, body = answer(assets, below(assets.url("demo/dot.png")))
    assert headers["content-type"] == "image/png"
    assert body.startswith(b"\x89PNG")


def test_what_the_browser_has_is_not_sent_again(assets: Assets) -> None:
    path = below(assets.url("demo/app.js"))
    _status, headers, _body = answer(assets, path)
    assert answer(assets, path, match=headers["etag"])[::2] == (304, b"")
    assert answer(assets, path, match=f'W/{headers["etag"]}, "x"')[0] == 304
    assert answer(assets, path, match='"another"')[0] == 200


def test_packed_and_plain_have_different_tags(assets: Assets) -> None:
    path = below(assets.url("demo/app.js"))
    assert answer(assets, path)[1]["etag"] != answer(assets, path, encoding="")[1]["etag"]


def test_the_address_changes_with_any_file_of_the_folder(assets: Assets, folder: Path) -> None:
    before = assets.url("demo/app.js")
    (folder / "css" / "one.css").write_text("a{color:red}", "utf-8")
    after = Assets({"demo": folder}).url("demo/app.js")
    assert before != after
    assert answer(assets, below(after))[0] == 404


def test_a_bundle_is_its_files_in_the_order_written(assets: Assets) -> None:
    _status, headers, body = answer(assets, below(assets.url("demo/css/all.css")), encoding="")
    assert body == b"a{}\nb{}"
    assert headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "name", ["../../secret.txt", "%2e%2e/%2e%2e/secret.txt", "link.txt", "NOTES.md", "css", ""]
)
def test_no_path_leads_out_of_the_folder(assets: Assets, name: str) -> None:
    folder = below(assets.url("demo/app.js")).removesuffix("app.js")
    assert answer(assets, folder + "app.js")[0] == 200
    assert answer(assets, folder + name)[0] == 404


def test_only_reading_is_allowed(assets: Assets) -> None:
    path = below(assets.url("demo/app.js"))
    assert answer(assets, path, method="POST")[0] == 405
    status, headers, body = answer(assets, path, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_template_that_names_a_missing_file_is_told_which(assets: Assets) -> None:
    with pytest.raises(MissingAsset, match=r"demo/gone\.js"):
        assets.url("demo/gone.js")


def test_in_development_an_edited_file_shows_at_once(folder: Path) -> None:
    assets = Assets({"demo": folder}, dev=True)
    before = assets.url("demo/app.js")
    (folder / "app.js").write_text("let b = 2;", "utf-8")
    path = below(assets.url("demo/app.js"))
    assert assets.url("demo/app.js") != before
    status, headers, body = answer(assets, path, encoding="")
    assert (status, body) == (200, b"let b = 2;")
    assert headers["cache-control"] == "no-cache"
