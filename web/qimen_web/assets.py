"""Static files of the plugins, at addresses that change with their content.

A plugin's folder ``static/<plugin>/`` is served under ``/static/<plugin>~<digest>/``. The digest
covers the whole folder, so what one file says about another (a module's ``import``, a style
sheet's ``url()``, the icon sprite) is relative and needs no rewriting, and every answer may be
kept by the browser for good.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["PREFIX", "Asset", "Assets", "MissingAsset"]

PREFIX = "/static/"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TEXT = frozenset({".css", ".js", ".svg", ".json", ".txt", ".webmanifest", ".map"})
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# Licences and lists travel with the files; browsers have no use for them.
_NOT_SERVED = frozenset({".md", ".bundle", ".py", ".pyc"})
_BUNDLE = ".bundle"


class MissingAsset(LookupError):
    """A template names a file that no plugin has."""


@dataclass(frozen=True)
class Asset:
    """One file, ready to send."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class Assets:
    """The static files of all loaded plugins.

    Args:
        folders: By plugin name, its ``static/<plugin>`` folder.
        dev: Read from disk at each request, so that an edited file shows at once.

    Raises:
        FileNotFoundError: A bundle names a file that does not exist.
    """

    def __init__(self, folders: Mapping[str, Path], dev: bool = False) -> None:
        self._folders = {plugin: path.resolve() for plugin, path in folders.items()}
        self._dev = dev
        self._files: dict[str, dict[str, Asset]] = {}
        self._urls: dict[str, str] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        for plugin in self._folders:
            self._load(plugin)

    def url(self, path: str) -> str:
        """Return the address of a file; templates call this as ``asset("web/css/shell.css")``.

        Raises:
            MissingAsset: No plugin has that file.
        """
        if self._dev:
            self._refresh(path.partition("/")[0])
        found = self._urls.get(path)
        if found is None:
            raise MissingAsset(f"no static file {path!r}: look for it in static/{path}")
        return found

    def find(self, path: str) -> Asset | None:
        """Return the file at an address below ``/static/``, None when there is none.

        The address is a key of a table made at the start, so no path leads out of the folders.
        """
        folder, _, name = path.partition("/")
        plugin, _, digest = folder.partition("~")
        if self._dev:
            self._refresh(plugin)
        files = self._files.get(plugin, {})
        known = self._urls.get(f"{plugin}/{name}")
        if known is None or (not self._dev and known != f"{PREFIX}{plugin}~{digest}/{name}"):
            return None
        return files.get(name)

    def paths(self) -> tuple[str, ...]:
        """Return every file's path as ``asset()`` takes it, sorted."""
        return tuple(sorted(self._urls))

    def answer(
        self, method: str, path: str, if_none_match: str, accept_encoding: str
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return status, headers and body for a path below ``/static/``."""
        if method not in {"GET", "HEAD"}:
            return 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")], b""
        asset = self.find(path)
        if asset is None:
            return 404, [(b"content-length", b"0"), (b"cache-control", b"no-store")], b""
        packed = asset.packed if _takes_gzip(accept_encoding) else None
        etag = asset.etag[:-1] + '-gz"' if packed is not None else asset.etag
        headers = _headers(asset, etag, _ASK_AGAIN if self._dev else _FOREVER)
        if _matches(if_none_match, etag):
            return 304, headers, b""
        body = asset.body if packed is None else packed
        if packed is not None:
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-type", asset.media_type.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        return 200, headers, b"" if method == "HEAD" else body

    def _refresh(self, plugin: str) -> None:
        folder = self._folders.get(plugin)
        if folder is not None and self._stamps.get(plugin) != _stamp(folder):
            self._load(plugin)

    def _load(self, plugin: str) -> None:
        folder = self._folders[plugin]
        self._stamps[plugin] = _stamp(folder)
        bodies = dict(sorted(_read(folder).items()))
        digest = hashlib.sha256()
        for name, body in bodies.items():
            digest.update(f"{name}\0{len(body)}\0".encode())
            digest.update(body)
        short = digest.hexdigest()[:12]
        self._files[plugin] = {name: _asset(name, body) for name, body in bodies.items()}
        for name in bodies:
            self._urls[f"{plugin}/{name}"] = f"{PREFIX}{plugin}~{short}/{name}"


def _headers(asset: Asset, etag: str, cache: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"etag", etag.encode()),
        (b"cache-control", cache.encode()),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


def _read(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file that is served, by its path below ``folder``."""
    found: dict[str, bytes] = {}
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix == _BUNDLE:
            found[name.removesuffix(_BUNDLE)] = _joined(path)
        elif path.suffix not in _NOT_SERVED and not path.name.startswith(("LICENSE", ".")):
            found[name] = path.read_bytes()
    return found


def _walk(folder: Path) -> list[Path]:
    # A link could lead out of the folder, so links are not followed and not served.
    return [p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]


def _joined(bundle: Path) -> bytes:
    lines = (line.strip() for line in bundle.read_text("utf-8").splitlines())
    parts = [bundle.parent / line for line in lines if line and not line.startswith("#")]
    return b"\n".join(part.read_bytes() for part in parts)


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = _packed(body) if suffix in _TEXT else None
    return Asset(body, packed, kind, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


@lru_cache(maxsize=256)
def _packed(body: bytes) -> bytes | None:
    # Kept, so that one edited file does not pack its whole folder again.
    smaller = gzip.compress(body, compresslevel=9, mtime=0)
    return smaller if len(smaller) < len(body) else None


def _stamp(folder: Path) -> tuple[int, int]:
    """Return how many files there are and when the newest was written, in nanoseconds."""
    times = [path.stat().st_mtime_ns for path in _walk(folder)]
    return len(times), max(times, default=0)


def _takes_gzip(accept_encoding: str) -> bool:
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _matches(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or tags == {"*"}
