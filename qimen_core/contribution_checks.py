"""What a plugin registers must fit: names that are its own, free addresses, complete settings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

from qimen_core.registry import Contributions

__all__ = ["UnfitContribution", "check"]

# What may stand before a plugin's own segment: its residents' pages and its data.
_PUBLIC = ("p", "api")
_PARAMETER = re.compile(r"\{\w+(:\w+)?\}")


class UnfitContribution(ValueError):
    """A plugin registers what it may not; says what, where, and the remedy."""


def check(each: Contributions, before: Sequence[Contributions]) -> None:
    """Pass what fits beside the plugins loaded before.

    Raises:
        UnfitContribution: A name, an address or a setting is unfit.
    """
    _check_names(each)
    _check_addresses(each, before)
    _check_settings(each)


def _check_names(each: Contributions) -> None:
    name = each.meta.name
    tables = [str(model.__tablename__) for model in each.models]
    wrong = [table for table in tables if not table.startswith(f"{name}_")]
    dotted = [item.name for item in each.permissions]
    dotted += [item.name for item in each.events] + [item.name for item in each.jobs]
    wrong += [item for item in dotted if not item.startswith(f"{name}.")]
    if wrong:
        raise UnfitContribution(
            f"names must begin with the plugin's own {name!r}: {', '.join(wrong)}. Rename them."
        )


def _check_addresses(each: Contributions, before: Sequence[Contributions]) -> None:
    taken = {
        address: other.meta.name
        for other in before
        for address in _addresses((*other.routes, *other.public_routes))
    }
    mine = list(_addresses((*each.routes, *each.public_routes)))
    # The shell's addresses are the product's own; everybody else stays below its name.
    strays = [address for address in mine if each.meta.toggleable and not _below(each, address)]
    if strays:
        name = each.meta.name
        raise UnfitContribution(
            f"addresses outside the plugin's own: {', '.join(repr(each) for each in strays)}. "
            f"Rename them to begin with '/{name}', '/p/{name}' or '/api/{name}'."
        )
    for address in mine:
        if address in taken:
            raise UnfitContribution(
                f"address {address!r} is taken by plugin {taken[address]!r}. Rename one of them; "
                f"a plugin's addresses begin with '/{each.meta.name}'."
            )
        taken[address] = each.meta.name


def _below(each: Contributions, address: str) -> bool:
    _method, _space, path = address.partition(" ")
    parts = path.strip("/").split("/")
    if parts[0] in _PUBLIC:
        parts = parts[1:]
    return bool(parts) and parts[0].replace("-", "_") == each.meta.name


def _addresses(items: Iterable[object]) -> Iterator[str]:
    """Yield "METHOD path", parameters by type only; core knows no more of a route than that."""
    for item in items:
        if isinstance(item, ModuleType):
            yield from _addresses(vars(item).values())
            continue
        path, methods = getattr(item, "path", None), getattr(item, "methods", None)
        if isinstance(path, str) and isinstance(methods, tuple):
            shape = _PARAMETER.sub(r"{*\1}", path)
            yield from (f"{method} {shape}" for method in methods)


def _check_settings(each: Contributions) -> None:
    if each.settings is None:
        return
    fields = each.settings.model.model_fields
    missing = [name for name, field in fields.items() if field.is_required()]
    if missing:
        raise UnfitContribution(
            f"settings without a default: {', '.join(missing)}. Give each field of "
            f"{each.settings.model.__name__} a default: a unit that says nothing must have a value."
        )
