"""The decorators are the only way to answer a request, and each names its right."""

from collections.abc import Callable
from types import ModuleType

import pytest
from litestar import Litestar, asgi, get
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

from qimen_core import Permission, PluginMeta, hookimpl
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree, read_tree
from qimen_web import Request, Response, action, collect, fragment, page, public, ui
from qimen_web.app import UnguardedHandler, create_app
from qimen_web.handlers import Route


def _view(request: Request) -> Response:
    return ui.json(request, {})


@pytest.mark.parametrize("permission", ["", "petitions", "petitions.", ".read", "a..b"])
@pytest.mark.parametrize("decorator", [page, fragment, action])
def test_a_handler_without_a_right_fails_at_import(
    decorator: Callable[..., Callable[..., Route]], permission: str
) -> None:
    with pytest.raises(TypeError, match="_view"):
        decorator("/x", permission=permission)(_view)


def test_an_async_view_fails_at_import() -> None:
    async def view(request: Request) -> Response:
        return _view(request)

    with pytest.raises(TypeError, match="plain function"):
        page("/x", permission="web.thing.read")(view)  # type: ignore[arg-type]


def _plugin(routes: list[object]) -> ModuleType:
    module = ModuleType("notes")
    module.meta = PluginMeta("notes", "便笺", core=">=0.1,<0.2", requires=("web",))  # type: ignore[attr-defined]

    @hookimpl
    def register_routes() -> list[object]:
        return routes

    @hookimpl
    def register_permissions() -> list[Permission]:
        return [Permission("notes.note.read", "查看便笺", roles=("community_clerk",))]

    module.register_routes = register_routes  # type: ignore[attr-defined]
    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


@get("/notes/bare", sync_to_thread=False)
def bare() -> str:
    """A handler of the framework, without a guard."""
    return "told-everybody"


@asgi("/notes/mounted", is_mount=True, copy_scope=True)
async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    """A mounted application, without a guard."""


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("handler", [bare, mounted, _view, "a string"])
def test_an_unguarded_handler_stops_the_app_naming_plugin_handler_and_remedy(
    qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str], handler: object
) -> None:
    qimen = qimen_app([provide_plugin(_plugin([handler]))])
    with pytest.raises(UnguardedHandler) as refused:
        create_app(qimen)
    said = str(refused.value)
    assert "'notes'" in said
    assert "@page" in said


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("handler", [bare, mounted])
def test_a_handler_that_gets_in_all_the_same_is_denied_when_asked(
    qimen: Qimen, handler: object
) -> None:
    app = create_app(qimen)
    app.register(handler)  # type: ignore[arg-type]
    with TestClient(app) as client:
        for path in ("/notes/bare", "/notes/mounted", "/notes/mounted/deep"):
            assert client.get(path).status_code in {403, 404}
            assert "told-everybody" not in client.get(path).text


@pytest.mark.database("sqlite")
def test_control_without_the_app_s_guard_it_would_answer(qimen: Qimen) -> None:
    app = Litestar(route_handlers=[bare], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/notes/bare").text == "told-everybody"


@pytest.mark.database("sqlite")
def test_nothing_of_the_framework_answers_by_itself(client: MakeClient) -> None:
    opened = client()
    for path in ("/schema", "/schema/openapi.json", "/openapi", "/docs"):
        assert opened.get(path).status_code == 404
    for path in ("/login", "/me", "/healthz"):
        assert opened.options(path).status_code == 403
        assert opened.put(path).status_code == 405


@page("/notes", permission="notes.note.read")
def notes(request: Request) -> Response:
    """A page."""
    return ui.json(request, {"here": True})


@fragment("/notes/part", permission="notes.note.read")
def part(request: Request) -> Response:
    """A part of a page."""
    return ui.json(request, {"part": True})


@action("/notes", permission="notes.note.read")
def send(request: Request) -> Response:
    """An action."""
    return ui.json(request, {"sent": request.form.get("text", "")})


@page("/notes/{number:int}", permission="notes.note.read")
def note(request: Request, number: int) -> Response:
    """A page with a number."""
    return ui.json(request, {"number": number})


@public("/p/notes/{unit:str}", plugin="notes")
def at_unit(request: Request, unit: str) -> Response:
    """A public page of a unit."""
    assert request.unit is not None
    return ui.json(request, {"unit": request.unit.name, "code": unit})


@pytest.fixture
def with_notes(
    qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str], org_tree: OrgTree
) -> Qimen:
    return qimen_app([provide_plugin(_plugin([notes, part, send, note, at_unit]))])


HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.database("sqlite")
def test_a_stranger_is_sent_to_the_login_page_by_302_and_a_fragment_by_401(
    with_notes: Qimen, client: MakeClient
) -> None:
    opened = client(None, with_notes)
    page_answer = opened.get("/notes?q=%E7%81%AF")
    assert page_answer.status_code == 302
    assert page_answer.headers["location"] == "/login?next=/notes%3Fq%3D%25E7%2581%25AF"
    for path, headers in (("/notes/part", {}), ("/notes/part", HTMX), ("/notes", HTMX)):
        answer = opened.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["hx-redirect"].startswith("/login")
        assert answer.content == b""
    assert opened.post("/notes").status_code == 303


@pytest.mark.database("sqlite")
def test_no_htmx_header_opens_a_door_or_chooses_a_foreign_way_back(
    with_notes: Qimen, client: MakeClient
) -> None:
    opened = client(None, with_notes)
    lies = {**HTMX, "HX-Boosted": "true", "HX-Current-URL": "https://evil.example/notes"}
    assert opened.get("/notes/part", headers=lies).headers["hx-redirect"] == "/login"
    ours = {
        **HTMX,
        "HX-Current-URL": "http://testserver.local/notes?q=1",
        "Host": "testserver.local",
    }
    way_back = opened.get("/notes/part", headers=ours).headers["hx-redirect"]
    assert way_back == "/login?next=/notes%3Fq%3D1"


@pytest.mark.database("sqlite")
def test_without_the_right_403_with_it_200_and_where_it_is_off_404(
    with_notes: Qimen, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    from qimen_core.testing.opening import switch

    with with_notes.db.session() as session:
        tree = read_tree(with_notes.system_context(session))
    clerk = client(as_user("community_clerk", tree.community, with_notes), with_notes)
    member = client(as_user("member", tree.community, with_notes), with_notes)
    for path in ("/notes", "/notes/part"):
        assert clerk.get(path).status_code == 200
        assert member.get(path).status_code == 403
    switch(with_notes, "notes", tree.township, on=False)
    assert clerk.get("/notes").status_code == 404
    assert clerk.post("/notes").status_code == 404
    assert client(None, with_notes).get(f"/p/notes/{tree.community.code}").status_code == 404
    elsewhere = client(None, with_notes).get(f"/p/notes/{tree.other_community.code}")
    assert elsewhere.json() == {"unit": "柳东社区", "code": tree.other_community.code}
    switch(with_notes, "notes", tree.township, on=True)
    assert clerk.get("/notes").status_code == 200


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "path",
    ["/notes/abc", "/notes/9223372036854775808", "/notes/-9223372036854775809", "/p/notes/%00"],
)
def test_a_parameter_that_cannot_be_is_404(
    with_notes: Qimen, client: MakeClient, as_user: MakeAccount, path: str
) -> None:
    with with_notes.db.session() as session:
        tree = read_tree(with_notes.system_context(session))
    clerk = client(as_user("community_clerk", tree.community, with_notes), with_notes)
    assert clerk.get("/notes/7").json() == {"number": 7}
    assert clerk.get(path).status_code == 404


@pytest.mark.database("sqlite")
def test_a_body_over_the_route_s_limit_is_413(
    with_notes: Qimen, client: MakeClient, as_user: MakeAccount
) -> None:
    with with_notes.db.session() as session:
        tree = read_tree(with_notes.system_context(session))
    clerk = client(as_user("community_clerk", tree.community, with_notes), with_notes)
    assert clerk.post("/notes", data={"text": "短"}).json() == {"sent": "短"}
    assert clerk.post("/notes", data={"text": "长" * 100_000}).status_code == 413


def test_collect_finds_the_routes_of_a_module_in_their_order() -> None:
    module = ModuleType("pages")
    module.first, module.word, module.second = notes, "word", part  # type: ignore[attr-defined]
    assert [route.name for route in collect(module)] == ["notes:notes", "notes:part"]
