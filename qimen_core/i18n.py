"""Chinese msgids through gettext, one catalogue per package, translated when rendered."""

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from html import escape
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

__all__ = [
    "SOURCE_LANGUAGE",
    "LazyText",
    "current_language",
    "translate",
    "translations",
    "using_language",
]

SOURCE_LANGUAGE = "zh"
_language: ContextVar[str] = ContextVar("qimen_language", default=SOURCE_LANGUAGE)


def current_language() -> str:
    """Return the language of this request, ``zh`` unless another was chosen."""
    return _language.get()


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Render in ``language`` inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(package: str, language: str) -> gettext.NullTranslations:
    po = files(package).joinpath("locale", language, "LC_MESSAGES", "messages.po")
    if not po.is_file():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with po.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(package: str, message: str) -> str:
    """Return ``message`` in the current language, from the catalogue of ``package``."""
    language = _language.get()
    if language == SOURCE_LANGUAGE or not message:
        return message
    return _catalogue(package, language).gettext(message)


class LazyText(str):
    """A msgid that is translated whenever it is shown."""

    __slots__ = ("package",)
    package: str

    def __new__(cls, package: str, message: str) -> "LazyText":
        """Keep the msgid as the value and remember whose catalogue translates it."""
        text = super().__new__(cls, message)
        text.package = package
        return text

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        # For copy and pickle, which make the text anew.
        return self.package, str.__str__(self)

    def __str__(self) -> str:
        return translate(self.package, str.__str__(self))

    def __html__(self) -> str:
        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def format(self, *args: object, **values: object) -> str:
        """Fill the translated text's placeholders."""
        return str(self).format(*args, **values)


def translations(package: str) -> Callable[[str], LazyText]:
    """Return the ``_`` of a package.

    Args:
        package: Import name of the package whose ``locale/`` holds the catalogues.
    """

    def _(message: str) -> LazyText:
        return LazyText(package, message)

    return _
