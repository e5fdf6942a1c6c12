"""The loader: each configured plugin alone, in dependency order, each with a report.

Fault isolation, not a sandbox: a plugin runs in-process and is trusted code.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

import pluggy
import structlog
from packaging.specifiers import SpecifierSet

from qimen_core import hookspecs
from qimen_core.contribution_checks import check as check_contributions
from qimen_core.errors import QimenError
from qimen_core.meta import PluginMeta, PluginReport
from qimen_core.registry import Contributions, Registry

__all__ = ["GROUP", "Loaded", "PluginError", "load"]

GROUP = "qimen.plugins"
log = structlog.get_logger("qimen.loader")


class PluginError(QimenError):
    """Why a plugin cannot be loaded: what happened, where, and what to do."""


class Loaded(NamedTuple):
    """What loading gave: the manager, each plugin's contributions and each one's report."""

    manager: pluggy.PluginManager
    contributions: tuple[Contributions, ...]
    reports: tuple[PluginReport, ...]


@dataclass
class _Candidate:
    name: str
    module: ModuleType
    meta: PluginMeta
    distribution: str = ""
    version: str = ""


def load(
    names: Iterable[str],
    core: Contributions,
    check: Callable[[tuple[Contributions, ...]], Registry],
    *,
    on_error: str = "skip",
    provided: Mapping[str, ModuleType] | None = None,
) -> Loaded:
    """Load the configured plugins.

    Args:
        names: Names from the configuration, in any order.
        core: What core itself registers; its names are taken.
        check: Builds a registry and so finds collisions; asked after each plugin.
        on_error: ``skip`` a broken plugin and those that require it, or ``fail``.
        provided: Modules that stand in for entry points, by plugin name; for tests.

    Raises:
        PluginError: ``on_error`` is ``fail`` and a plugin could not be loaded.
    """
    reports: dict[str, PluginReport] = {}
    wanted = list(dict.fromkeys(names))
    candidates = _import_all(wanted, provided or {}, reports)
    manager = pluggy.PluginManager("qimen")
    manager.add_hookspecs(hookspecs)
    for candidate in candidates.values():
        _add_specs(manager, candidate)
    done: list[Contributions] = [core]
    for candidate in _in_order(candidates, reports):
        missing = [name for name in candidate.meta.requires if name not in _names(done)]
        if missing:
            reports[candidate.name] = _report(candidate, "skipped", _missing(missing, reports))
            continue
        try:
            done.append(_register(manager, candidate, done, check))
        except Exception as error:
            if manager.has_plugin(candidate.name):
                manager.unregister(name=candidate.name)
            reports[candidate.name] = _report(candidate, "failed", _sentence(error))
            continue
        hooks = sorted(_hooks_of(manager, candidate))
        reports[candidate.name] = replace(_report(candidate, "loaded", ""), hooks=tuple(hooks))
    ordered = tuple(reports[name] for name in wanted)
    _tell(ordered, on_error)
    return Loaded(manager, tuple(done), ordered)


def _tell(reports: tuple[PluginReport, ...], on_error: str) -> None:
    for report in reports:
        if report.state == "loaded":
            log.info("plugin_loaded", plugin=report.name, version=report.version)
        else:
            log.error("plugin_not_loaded", plugin=report.name, why=report.reason)
    broken = [report for report in reports if report.state != "loaded"]
    if broken and on_error == "fail":
        raise PluginError("\n".join(f"{report.name}: {report.reason}" for report in broken))


def _import_all(
    names: list[str], provided: Mapping[str, ModuleType], reports: dict[str, PluginReport]
) -> dict[str, _Candidate]:
    installed = {point.name: point for point in entry_points(group=GROUP)}
    found: dict[str, _Candidate] = {}
    for name in names:
        point = installed.get(name)
        try:
            module = provided[name] if name in provided else _import(name, point)
            meta = _meta(name, module)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            reports[name] = _failed(name, point, error)
            continue
        candidate = _Candidate(name, module, meta)
        if point is not None and point.dist is not None and name not in provided:
            candidate.distribution, candidate.version = point.dist.name, point.dist.version
        try:
            _check_core(meta)
        except PluginError as error:
            reports[name] = _report(candidate, "failed", str(error))
            continue
        found[name] = candidate
    return found


def _import(name: str, point: EntryPoint | None) -> ModuleType:
    if point is None:
        raise PluginError(
            f"no installed distribution offers plugin {name!r} (entry point group {GROUP!r}). "
            f"Install it with 'pip install qimen-{name.replace('_', '-')}', or take it out of "
            "'plugins' in qimen.toml."
        )
    return import_module(point.module)


def _meta(name: str, module: ModuleType) -> PluginMeta:
    meta = getattr(module, "meta", None)
    if not isinstance(meta, PluginMeta):
        raise PluginError(f"{module.__name__} has no 'meta = PluginMeta(…)'. Add it.")
    if meta.name != name:
        raise PluginError(
            f"{module.__name__} calls itself {meta.name!r} but its entry point is {name!r}. "
            "Make them equal."
        )
    return meta


def _check_core(meta: PluginMeta) -> None:
    installed = version("qimen-core")
    if not SpecifierSet(meta.core).contains(installed, prereleases=True):
        raise PluginError(
            f"Plugin {meta.name!r} needs 'qimen-core{meta.core}': installed is {installed}. "
            f"Upgrade with 'pip install \"qimen-core{meta.core}\"', or install a version of the "
            "plugin that fits."
        )


def _add_specs(manager: pluggy.PluginManager, candidate: _Candidate) -> None:
    package = _package(candidate.module)
    if package and find_spec(f"{package}.hookspecs") is not None:
        manager.add_hookspecs(import_module(f"{package}.hookspecs"))


def _in_order(
    candidates: dict[str, _Candidate], reports: dict[str, PluginReport]
) -> list[_Candidate]:
    ordered: list[_Candidate] = []
    waiting = dict(candidates)
    while waiting:
        ready = [
            each
            for each in waiting.values()
            if not (set(each.meta.requires) | set(each.meta.optional)) & waiting.keys()
        ]
        if not ready:
            for each in _break_cycles(waiting, reports):
                del waiting[each.name]
            continue
        for each in ready:
            ordered.append(each)
            del waiting[each.name]
    return ordered


def _break_cycles(
    waiting: dict[str, _Candidate], reports: dict[str, PluginReport]
) -> list[_Candidate]:
    """Report the plugins that stand in a cycle; those that merely wait for them stay."""
    cyclic = [each for each in waiting.values() if _reaches(each.name, each.name, waiting)]
    ring = " → ".join([each.name for each in cyclic] + [cyclic[0].name])
    for each in cyclic:
        reason = f"'requires' and 'optional' go in a circle: {ring}. Take one of them out."
        reports[each.name] = _report(each, "failed", reason)
    return cyclic


def _reaches(start: str, goal: str, waiting: dict[str, _Candidate]) -> bool:
    seen: set[str] = set()
    stack = [start]
    while stack:
        meta = waiting[stack.pop()].meta
        for name in (*meta.requires, *meta.optional):
            if name == goal:
                return True
            if name in waiting and name not in seen:
                seen.add(name)
                stack.append(name)
    return False


def _missing(missing: list[str], reports: dict[str, PluginReport]) -> str:
    parts = []
    for name in missing:
        if name in reports:
            parts.append(f"{name!r}, which is {reports[name].state}: {reports[name].reason}")
        else:
            parts.append(f"{name!r}, which is not in 'plugins' of qimen.toml: add it")
    return "it requires " + "; ".join(parts)


def _register(
    manager: pluggy.PluginManager,
    candidate: _Candidate,
    done: list[Contributions],
    check: Callable[[tuple[Contributions, ...]], Registry],
) -> Contributions:
    try:
        manager.register(candidate.module, name=candidate.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        said = " ".join(str(error).split())
        raise PluginError(
            f"{said}. 'qimen hooks' lists the hooks that exist and their arguments."
        ) from error
    _refuse_async(manager, candidate)
    contributions = _contributions(manager, candidate)
    check_contributions(contributions, done)
    check((*done, contributions))
    return contributions


def _refuse_async(manager: pluggy.PluginManager, candidate: _Candidate) -> None:
    for name, impl in _hooks_of(manager, candidate).items():
        if inspect.iscoroutinefunction(impl.function) or inspect.isasyncgenfunction(impl.function):
            raise PluginError(
                f"hook {name!r} in {candidate.module.__name__} is 'async def'. Hooks run in a "
                "thread: write it as plain 'def'."
            )


def _hooks_of(manager: pluggy.PluginManager, candidate: _Candidate) -> dict[str, pluggy.HookImpl]:
    callers = manager.get_hookcallers(candidate.module) or []
    return {
        caller.name: impl
        for caller in callers
        for impl in caller.get_hookimpls()
        if impl.plugin_name == candidate.name
    }


def _contributions(manager: pluggy.PluginManager, candidate: _Candidate) -> Contributions:
    hooks = _hooks_of(manager, candidate)

    def ask(name: str) -> Any:
        return hooks[name].function() if name in hooks else None

    def items(name: str) -> tuple[Any, ...]:
        return tuple(ask(name) or ())

    return Contributions(
        meta=candidate.meta,
        models=items("register_models"),
        routes=items("register_routes"),
        public_routes=items("register_public_routes"),
        permissions=items("register_permissions"),
        settings=ask("register_settings"),
        metrics=items("register_metrics"),
        events=items("register_events"),
        jobs=items("register_jobs"),
        personal_data=items("register_personal_data"),
        org_kinds=items("register_org_kinds"),
        package=_package(candidate.module),
    )


def _names(done: list[Contributions]) -> set[str]:
    return {each.meta.name for each in done}


def _package(module: ModuleType) -> str:
    return module.__package__ or ""


def _sentence(error: BaseException) -> str:
    if isinstance(error, QimenError | ValueError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _failed(name: str, point: EntryPoint | None, error: BaseException) -> PluginReport:
    dist = point.dist if point is not None else None
    if isinstance(error, PluginError):
        reason = str(error)
    else:
        where = point.value if point is not None else name
        reason = (
            f"importing {where} raised {_sentence(error)}. Mend or reinstall the plugin, or take "
            "it out of 'plugins' in qimen.toml."
        )
    return PluginReport(
        name,
        "failed",
        reason,
        distribution=dist.name if dist else "",
        version=dist.version if dist else "",
    )


def _report(candidate: _Candidate, state: Any, reason: str) -> PluginReport:
    return PluginReport(
        candidate.name,
        state,
        reason,
        label=candidate.meta.label,
        distribution=candidate.distribution,
        version=candidate.version,
        requires=candidate.meta.requires,
    )
