"""Opening deployments for tests, with plugins and what they require."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from qimen_core import toggles
from qimen_core.clock import Clock
from qimen_core.config import QimenConfig
from qimen_core.db.migrate import upgrade
from qimen_core.db.work import unit_of_work
from qimen_core.loader import GROUP
from qimen_core.org.models import OrgUnit
from qimen_core.org.tree import view
from qimen_core.runtime import Qimen
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.planting import Planting
from qimen_core.testing.units import plant_tree

__all__ = ["Opener", "switch", "with_requirements"]


class Opener:
    """Opens deployments on copies of a migrated template and closes them all at the end.

    Args:
        deployments: Where the copies come from.
        clock: The clock of every deployment.
        folder: Gets a data folder per deployment.
        provided: Plugin modules that stand in for installed ones, by name.
        with_tree: Whether the template holds the small organisation tree.
        planted: What else it holds.
    """

    def __init__(
        self,
        deployments: Deployments,
        clock: Clock,
        folder: Path,
        provided: Mapping[str, ModuleType],
        *,
        with_tree: bool,
        planted: Sequence[Planting] = (),
    ) -> None:
        self._deployments = deployments
        self._clock = clock
        self._folder = folder
        self._provided = provided
        self._with_tree = with_tree
        self._planted = tuple(planted)
        self._opened: list[Qimen] = []

    def __call__(self, plugins: Sequence[str] = (), **config: object) -> Qimen:
        """Opens a deployment; see `MakeApp`."""
        names = with_requirements(plugins, self._provided)
        installed = [name for name in names if name not in self._provided]
        data = self._folder / f"data{len(self._opened)}"
        beside = [f"{each.__module__}:{each.__qualname__}" for each in self._planted]
        key = (*sorted(installed), f"tree={self._with_tree}", *beside)

        def plant(folder: Path, url: str) -> None:
            template = self._open(folder, url, installed, {}, {"on_plugin_error": "skip"})
            try:
                upgrade(template)
                if self._with_tree:
                    with template.db.session() as session:
                        plant_tree(template.system_context(session))
                for each in self._planted:
                    each(template)
            finally:
                template.close()

        url = self._deployments.fresh(key, plant, data)
        self._share_compiled_templates(data)
        qimen = self._open(data, url, names, self._provided, config)
        self._opened.append(qimen)
        if self._provided:
            # Their tables are in no template: such a module may differ from test to test.
            upgrade(qimen)
        return qimen

    def close(self) -> None:
        """Closes every deployment that was opened."""
        for qimen in self._opened:
            qimen.close()
        self._opened.clear()

    def _share_compiled_templates(self, data: Path) -> None:
        # Compiled once in a run and not once in a test; what is kept goes by the source's digest.
        shared = self._deployments.run.databases / "cache"
        shared.mkdir(exist_ok=True)
        (data / "cache").symlink_to(shared)

    def _open(
        self,
        data: Path,
        url: str,
        names: Sequence[str],
        provided: Mapping[str, ModuleType],
        config: Mapping[str, object],
    ) -> Qimen:
        values = {"on_plugin_error": "fail", "secure_cookies": False, **config}
        settings = QimenConfig.load(data, plugins=list(names), database_url=url, **values)
        return Qimen.open(settings, clock=self._clock, provided=provided)


def with_requirements(
    plugins: Iterable[str], provided: Mapping[str, ModuleType] | None = None
) -> list[str]:
    """The plugins and everything that they require, each once, in no particular order.

    A plugin that is not installed or broken is kept by its name: what to say about it is the
    loader's business.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    found: dict[str, None] = {}
    waiting = list(plugins)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        module = (provided or {}).get(name)
        if module is None and name in points:
            with suppress(Exception):  # a broken one is the loader's business
                module = import_module(points[name].module)
        waiting += getattr(getattr(module, "meta", None), "requires", ())
    return list(found)


def switch(qimen: Qimen, plugin: str, unit: OrgUnit, *, on: bool) -> None:
    """Switches a plugin at a unit and below, as the modules page does."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.plugin.toggle", unit=unit.path) as uow:
            toggles.switch(uow, plugin, view(unit), on=on)
