"""Failures are told in the shell, under a number that the log holds in one line."""

import json
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
import structlog
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.exc import IntegrityError

from qimen_core import Permission, PluginMeta, hookimpl
from qimen_core.errors import Conflict, Forbidden, InvalidInput, NotFound, QimenError, Throttled
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree, read_tree
from qimen_web import Request, Response, action, page, ui

pytestmark = pytest.mark.database("sqlite")

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
SECRET = "13900000000"

FAILURES: dict[str, tuple[Callable[[], Exception], int]] = {
    "notfound": (NotFound, 404),
    "forbidden": (Forbidden, 403),
    "conflict": (lambda: Conflict("别人先改了"), 409),
    "invalid": (lambda: InvalidInput({"x": "不对"}), 422),
    "throttled": (lambda: Throttled("慢一点", 90), 429),
    "refused": (lambda: QimenError("现在不行"), 400),
    "crash": (lambda: ZeroDivisionError(SECRET), 500),
    "database": (lambda: IntegrityError("INSERT", {"phone": SECRET}, Exception(SECRET)), 500),
}


@page("/mishaps/{kind:str}", permission="mishaps.thing.read")
def fail(request: Request, kind: str) -> Response:
    """Fail as asked."""
    raise FAILURES[kind][0]()


@action("/mishaps/{kind:str}", permission="mishaps.thing.read")
def fail_sent(request: Request, kind: str) -> Response:
    """Fail as asked, on a form."""
    raise FAILURES[kind][0]()


@page("/mishaps", permission="mishaps.thing.read")
def broken_page(request: Request) -> Response:
    """Render a template that names what it was not given."""
    return ui.page(request, "web/account_password.html")


def _plugin() -> ModuleType:
    module = ModuleType("mishaps")
    module.meta = PluginMeta("mishaps", "事故", core=">=0.1,<0.2", requires=("web",))  # type: ignore[attr-defined]

    @hookimpl
    def register_routes() -> list[object]:
        return [fail, fail_sent, broken_page]

    @hookimpl
    def register_permissions() -> list[Permission]:
        return [Permission("mishaps.thing.read", "看", roles=("community_clerk",))]

    module.register_routes = register_routes  # type: ignore[attr-defined]
    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


@pytest.fixture
def clerk(
    qimen_app: MakeApp,
    provide_plugin: Callable[[ModuleType], str],
    org_tree: OrgTree,
    as_user: MakeAccount,
    client: MakeClient,
) -> TestClient[Litestar]:
    qimen: Qimen = qimen_app([provide_plugin(_plugin())])
    with qimen.db.session() as session:
        tree = read_tree(qimen.system_context(session))
    return client(as_user("community_clerk", tree.community, qimen), qimen)


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured  # type: ignore[misc]


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_is_a_page_in_the_shell_with_its_status_and_a_number(
    clerk: TestClient[Litestar], lines: list[dict[str, object]], kind: str
) -> None:
    answer = clerk.get(f"/mishaps/{kind}")
    assert answer.status_code == FAILURES[kind][1]
    assert 'class="gv-sidebar' in answer.text or "gv-shell" in answer.text
    number = re.search(r'gv-mono">([0-9a-f]{8})<', answer.text)
    assert number is not None
    logged = [line for line in lines if line.get("reference") == number[1]]
    assert len(logged) == 1
    assert logged[0]["path"] == "/mishaps/{kind:str}"
    assert logged[0]["status"] == FAILURES[kind][1]
    json.dumps(logged[0])


@pytest.mark.parametrize("kind", ["crash", "database"])
def test_a_crash_shows_no_traceback_and_the_log_no_value(
    clerk: TestClient[Litestar], lines: list[dict[str, object]], kind: str
) -> None:
    answer = clerk.get(f"/mishaps/{kind}")
    for word in ("Traceback", "Error", "File ", ".py", SECRET):
        assert word not in answer.text
    written = json.dumps(lines, ensure_ascii=False, default=str)
    assert SECRET not in written
    assert "test_errors.py" in written  # the control: where it happened is there


def test_the_message_of_an_expected_failure_is_told(clerk: TestClient[Litestar]) -> None:
    assert "别人先改了" in clerk.get("/mishaps/conflict").text
    answer = clerk.get("/mishaps/throttled")
    assert "慢一点" in answer.text
    assert answer.headers["retry-after"] == "90"


@pytest.mark.parametrize("kind", FAILURES)
def test_htmx_gets_a_small_card_and_a_message_and_a_form_keeps_what_was_typed(
    clerk: TestClient[Litestar], kind: str
) -> None:
    part = clerk.get(f"/mishaps/{kind}", headers=PARTIAL)
    assert part.status_code == FAILURES[kind][1]
    assert "<html" not in part.text
    assert "gv-error-card" in part.text
    assert "hx-reswap" not in part.headers
    sent = clerk.post(f"/mishaps/{kind}", headers=PARTIAL)
    assert sent.status_code == FAILURES[kind][1]
    assert sent.headers["hx-reswap"] == "none"
    told = json.loads(sent.headers["hx-trigger"])["gv:toast"]
    assert told["tone"] == "danger"
    assert re.search(r"[0-9a-f]{8}", told["message"])


def test_a_template_that_fails_is_a_page_with_a_number(
    clerk: TestClient[Litestar], lines: list[dict[str, object]]
) -> None:
    answer = clerk.get("/mishaps")
    assert answer.status_code == 500
    assert "gv-shell" in answer.text
    failed = next(line for line in lines if line["event"] == "request_failed")
    assert failed["error"] == "UndefinedError"


def test_when_the_error_page_fails_too_a_sentence_is_left(
    clerk: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qimen_web import errors

    def broken(*_args: object) -> Response:
        raise RuntimeError("the error page is broken")

    monkeypatch.setattr(errors, "failure_page", broken)
    answer = clerk.get("/mishaps/notfound")
    assert answer.status_code == 500
    assert re.fullmatch(r"系统出了问题（编号 [0-9a-f]{8}）", answer.text)


def test_an_unknown_address_is_a_page_in_the_shell(clerk: TestClient[Litestar]) -> None:
    answer = clerk.get("/no/such/page")
    assert answer.status_code == 404
    assert "gv-shell" in answer.text


@pytest.mark.parametrize("query", ["q=%00", "&".join(f"a{n}=1" for n in range(300)), "%ff=%fe"])
def test_a_strange_query_is_no_crash(clerk: TestClient[Litestar], query: str) -> None:
    assert clerk.get(f"/today?{query}").status_code in {200, 422}
    assert clerk.get(f"/palette?q=x&{query}").status_code in {200, 422}
