"""A plugin with nothing but a list that takes its time, and a worker for it; killed by its test.

``python -m tests.web.slow_list DATA URL``
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select

from qimen_core import Qimen, QimenConfig, scoped
from qimen_core.descriptors import Permission
from qimen_core.hookspecs import hookimpl
from qimen_core.jobs import run_worker
from qimen_core.meta import PluginMeta
from qimen_core.people.models import Person
from qimen_web import Request, Response, collect, download
from qimen_web.list_export import export_list
from qimen_web.list_spec import Column, ListSpec, Source

RIGHT = "slowlist.list.export"
meta = PluginMeta("slowlist", "慢清单", core="", requires=("web",))
_p = Person.__table__.c  # type: ignore[attr-defined]
SPEC = ListSpec("slow", (Column("name", "姓名", sort=_p.id),), sort="name")
pause = 0.0


@download("/slowlist/export.xlsx", permission=RIGHT)
def slow_export(request: Request) -> Response:
    """Export the people in reach, a little late each."""
    page = scoped(select(_p.id, _p.name), request.ctx, RIGHT, _p.org_path)
    return export_list(request, SPEC, Source(_p.id, page), "慢清单", permission=RIGHT, cells=_cells)


def _cells(row: Sequence[Any]) -> tuple[object]:
    time.sleep(pause)  # the width of the target
    return (row[1],)


@hookimpl
def register_routes() -> list[object]:
    """Offer the one page."""
    return list(collect(sys.modules[__name__]))


@hookimpl
def register_permissions() -> list[Permission]:
    """Offer its right."""
    return [Permission(RIGHT, "导出慢清单", ("community_clerk",))]


def plugin() -> ModuleType:
    """Return the plugin."""
    module = ModuleType("slowlist")
    module.meta = meta  # type: ignore[attr-defined]
    module.register_routes = register_routes  # type: ignore[attr-defined]
    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


if __name__ == "__main__":
    pause = 0.004
    names = ["web", "slowlist"]
    config = QimenConfig.load(Path(sys.argv[1]), database_url=sys.argv[2], plugins=names)
    run_worker(Qimen.open(config, provided={"slowlist": plugin()}))
