"""The peers and the floor: commands, logins and pages."""

import re
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.load import get
from benchmarks.post import post_form
from benchmarks.servers import Contestant, Scope

__all__ = ["datasette", "django_admin", "floor", "sqladmin"]

_UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}"),
    *("--log-level", "warning", "--no-access-log", "--workers", "1"),
)


def _nobody(_port: int, _scope: Scope) -> str:
    return ""


def floor(database: Path) -> Contestant:
    """Return the page without a framework."""
    return Contestant(
        name="floor",
        server="uvicorn, 1 worker",
        command=(*_UVICORN, "benchmarks.peers.floor:app"),
        environment={"BENCH_DATABASE": str(database)},
        url=lambda scope, state: (
            "/?" + urlencode({"state": state, "low": scope.low, "high": scope.high})
        ),
        count_text=lambda count: f"共 <b>{count}</b> 条",
        row_marker="<tr><td>",
        login=_nobody,
        ready_path="/?state=closed&low=0&high=1",
    )


def _sqladmin_login(port: int, scope: Scope) -> str:
    answer = post_form(
        port, "/admin/login", {"username": f"{scope.low}:{scope.high}", "password": "x"}
    )
    return answer.cookie


def sqladmin(database: Path) -> Contestant:
    """Return SQLAdmin's list."""
    return Contestant(
        name="sqladmin",
        server="uvicorn, 1 worker",
        command=(*_UVICORN, "benchmarks.peers.sqladmin_site:app"),
        environment={"BENCH_DATABASE": str(database)},
        url=lambda _scope, state: f"/admin/order/list?state={state}&pageSize=50",
        count_text=lambda count: f"of {count} items",
        row_marker='<input type="hidden" value="',
        login=_sqladmin_login,
        search=lambda _scope, word: f"/admin/order/list?search={quote(word)}&pageSize=50",
        detail=lambda number: f"/admin/order/details/{number}",
        ready_path="/admin/login",
    )


def _django_login(port: int, scope: Scope) -> str:
    form = get(port, "/admin/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form.body)
    cookie = re.search(rb"csrftoken=[^;]+", form.head)
    if token is None or cookie is None:
        raise RuntimeError("Django's login form has changed: no token in it")
    values = {
        "username": scope.name,
        "password": "benchmark",
        "csrfmiddlewaretoken": token[1].decode(),
        "next": "/admin/",
    }
    return post_form(port, "/admin/login/", values, cookie=cookie[0].decode()).cookie


def django_admin(database: Path) -> Contestant:
    """Return Django's changelist, under gunicorn with one worker and kept connections."""
    return Contestant(
        name="django-admin",
        server="gunicorn gthread, 1 worker",
        command=(
            *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "1"),
            *("--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"),
            *("--log-level", "warning", "benchmarks.peers.django_site.wsgi:application"),
        ),
        environment={"BENCH_DATABASE": str(database)},
        url=lambda _scope, state: f"/admin/bench/order/?state__exact={state}",
        count_text=lambda count: f"{count} order",
        row_marker='class="action-select"',
        login=_django_login,
        search=lambda _scope, word: f"/admin/bench/order/?q={quote(word)}",
        detail=lambda number: f"/admin/bench/order/{number}/change/",
        ready_path="/admin/login/",
    )


def datasette(database: Path, *, facet: bool = False) -> Contestant:
    """Return Datasette's table page; the scope is a filter, for it knows none of its own.

    Args:
        database: The peers' file.
        facet: Whether the page also offers the states with their counts, as its users have it.
    """

    def url(scope: Scope, state: str) -> str:
        return rows(scope, ("state", state))

    def rows(scope: Scope, condition: tuple[str, str]) -> str:
        query = [condition, ("path__gte", scope.low), ("path__lt", scope.high)]
        query += [("_sort_desc", "id"), ("_size", "50"), ("_nocol", "path")]
        query += [("_facet", "state")] if facet else []
        return f"/{database.stem}/orders?" + urlencode(query)

    return Contestant(
        name="datasette-facet" if facet else "datasette",
        server="datasette serve (uvicorn), 1 process",
        command=(
            *(sys.executable, "-m", "datasette", "serve", str(database), "--port", "{port}"),
            *("--setting", "suggest_facets", "off", "--setting", "num_sql_threads", "4"),
        ),
        url=url,
        count_text=lambda count: f"{count:,} rows",
        row_marker='<td class="col-id type-pk">',
        login=_nobody,
        ready_path="/-/versions.json",
        search=lambda scope, word: rows(scope, ("title__contains", word)),
        detail=lambda number: f"/{database.stem}/orders/{number}",
    )
