"""The template environment: autoescape, strict names, one folder per plugin."""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.runtime import Macro
from markupsafe import Markup

from qimen_core.i18n import SOURCE_LANGUAGE, current_language, translate
from qimen_web import markup
from qimen_web.markup import FILTERS, NonceStamp, ShellEnvironment
from qimen_web.rendering import Marks, rendering

if TYPE_CHECKING:
    from qimen_web.shell import Shell

__all__ = ["make_environment", "render", "render_block"]


MARKS = Marks()
_PIECES = 400
_ROWS = 4096


def make_environment(shell: "Shell") -> Environment:
    """Return the environment with every plugin's templates, filters and globals.

    The deployment may override a template by a file of the same name in ``templates/`` of its
    data folder; plugins may not override each other's.
    """
    config = shell.qimen.config
    environment = ShellEnvironment(
        loader=_loader(shell),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=config.dev,
        cache_size=-1,
        bytecode_cache=_bytecode(config.data / "cache"),
        extensions=["jinja2.ext.i18n", NonceStamp],
    )
    environment.policies["ext.i18n.trimmed"] = True
    packages = [each.package for each in shell.qimen.registry.contributions if each.package]

    remembered, drawn_by = _remembering(_PIECES, _ROWS)
    environment.install_gettext_callables(str, _plural, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(_text_functions(packages))
    environment.globals.update(
        url=lambda name, **params: shell.urls.build(name, params),
        asset=shell.assets.url,
        csp_nonce=lambda: MARKS.nonce,
        csrf_token=lambda: MARKS.token,
        remembered=remembered,
        demo=config.demo,
    )
    environment.filters.update(FILTERS, drawn_by=drawn_by)
    return environment


def _remembering(pieces: int, rows: int) -> tuple[Callable[..., str], Callable[..., Markup]]:
    """Return ``remembered(macro, …)`` and ``rows|drawn_by(macro, …)``: text that is drawn once.

    A macro that is imported without context draws from its arguments alone, so its text is kept
    under all that they hold. Worth it for what stands on every page, and for the rows of a list,
    each kept by itself: from one page to the next few of them are new. Nonce and form token are
    marks in it, filled in when the page is sent.

    Args:
        pieces: How many texts are kept, the latest used ones.
        rows: How many rows.
    """

    def draw(macro: Macro, language: str, values: tuple[Hashable, ...]) -> str:
        del language  # part of the key: the words are in it
        text: str = macro(*values)
        return text

    piece, row = lru_cache(pieces)(draw), lru_cache(rows)(draw)

    def remembered(macro: Macro, *values: Hashable) -> str:
        return piece(macro, current_language(), values)

    def drawn_by(found: Iterable[Hashable], macro: Macro, *values: Hashable) -> Markup:
        language = current_language()
        texts = [row(macro, language, (each, *values)) for each in found]
        return Markup("".join(texts))  # noqa: S704 (each of them is what a macro put out)

    return remembered, drawn_by


def _plural(singular: str, plural: str, n: int) -> str:
    return singular if n == 1 else plural


def _text_functions(packages: Sequence[str]) -> dict[str, Callable[..., Markup]]:
    """Return the templates' ``_``, ``gettext`` and ``ngettext``.

    They do what Jinja's newstyle callables do, ``%(name)s`` filled in and escaped, without
    working out the same sentence at every request.
    """

    def translated(message: str) -> str:
        if current_language() == SOURCE_LANGUAGE:
            return message
        found = (translate(package, message) for package in packages)
        return next((text for text in found if text != message), message)

    @lru_cache(maxsize=4096)
    def plain(message: str, language: str) -> Markup:
        del language
        return Markup(translated(message)) % {}  # noqa: S704 (a template author's own text)

    def gettext(message: str, **values: object) -> Markup:
        if not values:
            return plain(message, current_language())
        return Markup(translated(message)) % values  # noqa: S704

    def ngettext(singular: str, plural: str, num: int, **values: object) -> Markup:
        # Chinese has one form; a catalogue translates either msgid.
        return gettext(singular if num == 1 else plural, num=num, **values)

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _loader(shell: "Shell") -> BaseLoader:
    folders: dict[str, BaseLoader] = {}
    for each in shell.qimen.registry.contributions:
        if not each.package:
            continue
        folder = Path(str(files(each.package))) / "templates" / each.meta.name
        folders[each.meta.name] = FileSystemLoader(folder)
    override = FileSystemLoader(shell.qimen.config.data / "templates")
    return ChoiceLoader([override, PrefixLoader(folders)])


def _bytecode(folder: Path) -> FileSystemBytecodeCache:
    # Compiled templates depend on what compiled them, not only on their own text.
    stamp = hashlib.sha256(Path(markup.__file__).read_bytes()).hexdigest()[:8]
    target = folder / f"templates-{version('jinja2')}-{stamp}"
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(target))


def render(template: Template, values: dict[str, object]) -> str:
    """Return a whole template."""
    return rendering.get().stamped(template.render(values), MARKS)


def render_block(template: Template, block: str, values: dict[str, object]) -> str:
    """Return one block of a template, as its last descendant defines it.

    Raises:
        LookupError: The template has no such block.
    """
    context = template.new_context(values)
    # The template's own imports stand outside its blocks. They run before anything is put out,
    # so one step of the whole page's generator makes them known to the block.
    page: Iterator[str] = iter(template.root_render_func(context))
    next(page, None)
    try:
        made = context.blocks[block][0]
    except KeyError:
        raise LookupError(f"template {template.name!r} has no block {block!r}") from None
    return rendering.get().stamped("".join(made(context)), MARKS)
