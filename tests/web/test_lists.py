"""The list component: what the address says, what the database is asked, what the page shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import (
    Column as Stored,
)
from sqlalchemy import (
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.orm import Session

from qimen_core.db.session import QimenSession, scoped
from qimen_core.db.types import UTCDateTime
from qimen_core.models import OrgUnit
from qimen_core.runtime import Qimen
from qimen_core.testing.units import OrgTree
from qimen_web.list_cursor import decode, encode
from qimen_web.lists import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    ListSpec,
    Source,
    SpanFilter,
    all_rows,
    chosen_columns,
    run_list,
)
from qimen_web.request import FormData

TASK = Table(
    "task",
    MetaData(),
    Stored("id", Integer, primary_key=True),
    Stored("title", String(40)),
    Stored("state", String(10)),
    Stored("due", UTCDateTime()),
    Stored("plain", DateTime()),
)
START = datetime(2026, 11, 1, 16, tzinfo=UTC)  # midnight of 2 November in Shanghai
STATES = ("open", "done", "late")

SPEC = ListSpec(
    id="tasks",
    columns=[
        Column("title", "标题", sort=TASK.c.title),
        Column("state", "状态", sort=TASK.c.state),
        Column("due", "期限", sort=TASK.c.due),
        Column("note", "备注", default=False),
    ],
    filters=[
        Filter("q", "标题", lambda text: TASK.c.title.contains(text, autoescape=True)),
        Filter(
            "state", "状态", lambda value: TASK.c.state == value,
            kind="select", options=[(state, f"状态{state}") for state in STATES],
        ),
        Filter("late", "只看超期", lambda _value: TASK.c.state == "late", kind="flag"),
        SpanFilter("due", "期限", lambda span: span.moments(TASK.c.due)),
    ],
    sort="due",
    size=7,
    cap=40,
)  # fmt: skip
SOURCE = Source(TASK.c.id, select(TASK.c.id, TASK.c.title, TASK.c.state))


class Actor:
    """Somebody who may do everything but what is called 'forbidden'."""

    def can_anywhere(self, permission: str) -> bool:
        return permission != "forbidden"


@dataclass
class Asked:
    """A request as far as a list looks at it."""

    session: Session
    query: FormData = field(default_factory=FormData)
    path: str = "/tasks"
    ctx: Actor = field(default_factory=Actor)
    sign_in: None = None

    def url(self, name: str) -> str:
        return f"/{name.replace(':', '/')}"


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    TASK.create(engine)
    with Session(engine) as opened:
        opened.execute(insert(TASK), [task(number) for number in range(1, 61)])
        yield opened
    engine.dispose()


def task(number: int) -> dict[str, object]:
    # Three rows a day and three states: every sort has ties that a page may end within.
    return {
        "id": number,
        "title": f"任务{number % 20:02}",
        "state": STATES[number % 3],
        "due": START + timedelta(days=number // 3),
    }


def ask(session: Session, address: str = "", source: Source = SOURCE) -> ListPage:
    pairs = parse_qsl(address.partition("?")[2] if "?" in address else address)
    return run_list(Asked(session, FormData(pairs)), SPEC, source)  # type: ignore[arg-type]


def walk(session: Session, address: str, source: Source = SOURCE) -> list[ListPage]:
    pages = [ask(session, address, source)]
    while pages[-1].next_url:
        assert len(pages) < 100, "the pages do not end"
        pages.append(ask(session, pages[-1].next_url, source))
    return pages


@pytest.mark.parametrize("sort", ["due", "-due", "state", "-state", "title", "-title"])
def test_the_pages_show_every_row_once_in_order(session: Session, sort: str) -> None:
    pages = walk(session, f"sort={sort}")
    seen = [row[0] for page in pages for row in page.rows]
    column = TASK.c[sort.removeprefix("-")]
    orders = (
        (column.desc(), TASK.c.id.desc()) if sort[0] == "-" else (column.asc(), TASK.c.id.asc())
    )
    assert seen == list(session.scalars(select(TASK.c.id).order_by(*orders)))
    assert len(pages) == 9


@pytest.mark.parametrize("sort", ["due", "-state"])
def test_one_can_page_back_to_the_beginning(session: Session, sort: str) -> None:
    pages = walk(session, f"sort={sort}")
    back = pages[-1]
    for page in reversed(pages[:-1]):
        assert back.previous_url
        back = ask(session, back.previous_url)
        assert back.rows == page.rows
        assert back.next_url
    assert back.previous_url == ""


def test_a_row_that_goes_and_one_that_comes_disturb_no_page(session: Session) -> None:
    first = ask(session)
    last_seen = first.rows[-1][0]
    session.execute(delete(TASK).where(TASK.c.id.in_([1, 2, last_seen])))
    session.execute(insert(TASK).values(**task(1) | {"id": 99, "due": START - timedelta(days=9)}))
    second = ask(session, first.next_url)
    assert [row[0] for row in second.rows] == list(range(last_seen + 1, last_seen + 8))


def test_the_count_stops_at_its_cap(session: Session) -> None:
    page = ask(session)
    assert (page.count, page.capped, page.count_text) == (40, True, "共 40+ 条")
    page = ask(session, "state=open")
    assert (page.count, page.capped, page.count_text) == (20, False, "共 20 条")


def test_a_list_that_fits_on_a_page_is_not_counted_by_a_query(session: Session) -> None:
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
    page = ask(session, "q=任务07")
    assert page.count == 3
    assert len(statements) == 1


def test_filters_narrow_the_list_and_say_so(session: Session) -> None:
    page = ask(session, "q=任务1&state=late")
    assert page.rows
    assert {row[2] for row in page.rows} == {"late"}
    assert [label for label, _url in page.chips] == ["标题：任务1", "状态：状态late"]
    assert dict(parse_qsl(page.chips[0][1].partition("?")[2])) == {"state": "late"}
    assert page.query_string == "q=%E4%BB%BB%E5%8A%A11&state=late"


def test_a_day_is_a_day_in_shanghai(session: Session) -> None:
    page = ask(session, "due_from=2026-11-03&due_to=2026-11-03")
    assert [row[0] for row in page.rows] == [3, 4, 5]
    assert [label for label, _url in page.chips] == ["期限：2026-11-03 – 2026-11-03"]
    assert ask(session, "due_from=2026-11-03").count == 40


@pytest.mark.parametrize(
    "address",
    [
        "state=stolen", "sort=secret", "sort=note", "due_from=soon", "late=2", "cols=x.y",
        "after=%%%", "after=W10", "after=WzEsMl0", "before=bm90anNvbg", "unknown=1",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_the_plain_list(session: Session, address: str) -> None:
    page = ask(session, address)
    assert [row[0] for row in page.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert page.chips == ()
    assert page.here == "/tasks"


def test_a_wildcard_is_looked_for_and_not_obeyed(session: Session) -> None:
    assert ask(session, "q=%25").count == 0


def test_filters_order_and_columns_stay_while_one_pages(session: Session) -> None:
    page = ask(session, "state=open&sort=-title&cols=title.note")
    for address in (page.next_url, page.chips[0][1]):
        asked = dict(parse_qsl(address.partition("?")[2]))
        assert asked["sort"] == "-title"
        assert asked["cols"] == "title.note"
    assert page.kept == (("sort", "-title"), ("cols", "title.note"))


def test_a_click_on_a_head_sorts_and_a_second_turns_round(session: Session) -> None:
    heads = {column.key: column for column in ask(session).columns}
    assert heads["due"].direction == "ascending"
    assert heads["due"].sort_url.endswith("sort=-due")
    assert heads["title"].sort_url.endswith("sort=title")
    assert heads["note"].sort_url == ""
    assert [c.direction for c in ask(session, "sort=-title").columns] == ["descending", "", "", ""]


def test_hidden_columns_are_hidden_by_their_place(session: Session) -> None:
    assert ask(session).hidden_classes == " gv-hide-4"
    assert ask(session, "cols=due.note").hidden_classes == " gv-hide-2"
    request = Asked(session, FormData([("cols", "note")]))
    chosen = chosen_columns(request, SPEC)  # type: ignore[arg-type]
    assert [(at, column.key) for at, column in chosen] == [(0, "title"), (3, "note")]


def test_only_bulk_actions_one_may_use_are_offered(session: Session) -> None:
    spec = ListSpec(
        "tasks", SPEC.columns, sort="due",
        bulk=[BulkAction("转办", "tasks:move"), BulkAction("删除", "tasks:drop", "forbidden")],
    )  # fmt: skip
    page = run_list(Asked(session), spec, SOURCE)  # type: ignore[arg-type]
    assert [(each.label, each.url) for each in page.bulk] == [("转办", "/tasks/move")]
    assert page.hidden_classes == " gv-hide-5"


LATE = Source(
    TASK.c.id,
    select(TASK.c.id),
    lambda page: select(TASK.c.id, TASK.c.title, TASK.c.state).join(page, page.c.id == TASK.c.id),
)
WALKED = Source(LATE.key, LATE.page, LATE.rows, TASK, many=0)


@pytest.mark.parametrize("sort", ["-due", "title"])
@pytest.mark.parametrize("source", [LATE, WALKED])
def test_rows_looked_up_late_are_the_same_rows(session: Session, source: Source, sort: str) -> None:
    plain = [tuple(row) for page in walk(session, f"sort={sort}") for row in page.rows]
    late = [tuple(row) for page in walk(session, f"sort={sort}", source) for row in page.rows]
    assert late == plain


@pytest.mark.parametrize("source", [SOURCE, LATE])
def test_an_export_has_all_filtered_rows_in_order(session: Session, source: Source) -> None:
    request = Asked(session, FormData([("state", "open"), ("sort", "-due")]))
    rows = list(all_rows(request, SPEC, source, 1000))  # type: ignore[arg-type]
    assert [row[0] for row in rows] == list(range(60, 0, -3))
    assert len(list(all_rows(request, SPEC, source, 5))) == 5  # type: ignore[arg-type]


def test_a_list_without_its_own_order_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="'tasks': sort='note'"):
        ListSpec("tasks", SPEC.columns, sort="note")


def test_a_row_without_a_value_to_sort_by_is_named() -> None:
    with pytest.raises(TypeError, match=r"row 7 .*coalesce"):
        encode(None, 7)


def test_a_cursor_of_another_column_is_no_cursor() -> None:
    assert decode(encode(START, 3), TASK.c.due) == (START, 3)
    assert decode(encode(START, 3), TASK.c.title) is None
    assert decode(encode("任务", 3), TASK.c.due) is None
    assert decode(encode(True, 3), TASK.c.id) is None


def test_pages_keep_to_the_scope_on_both_databases(qimen: Qimen, org_tree: OrgTree) -> None:
    unit = OrgUnit.__table__.c  # type: ignore[attr-defined]
    spec = ListSpec("units", [Column("kind", "类型", sort=unit.kind)], sort="-kind", size=2)

    def rows(session: QimenSession) -> list[str]:
        ctx = qimen.system_context(session)
        select_ids = scoped(select(unit.id, unit.name), ctx, "core.org.read", unit.path)
        under = unit.path.startswith(org_tree.county.path)
        source = Source(unit.id, select_ids.where(under))
        found, query = [], FormData()
        while True:
            page = run_list(Asked(session, query), spec, source)  # type: ignore[arg-type]
            found += [row[1] for row in page.rows]
            assert page.count == 6
            if not page.next_key:
                return found
            query = FormData([("after", page.next_key)])

    with qimen.db.session() as session:
        names = rows(session)
    assert names[:2] == ["柳溪镇", "松岭镇"]
    assert names[2] == "云溪县"
    assert set(names[3:]) == {"城东社区", "城西社区", "柳东社区"}


@pytest.mark.parametrize(("many", "walks"), [(0, True), (1000, False)])
def test_many_matches_in_the_order_of_the_key_are_found_without_an_index_on_sqlite(
    qimen: Qimen, org_tree: OrgTree, many: int, walks: bool
) -> None:
    unit = OrgUnit.__table__.c  # type: ignore[attr-defined]
    spec = ListSpec("units", [Column("number", "编号", sort=unit.id)], sort="-number", size=2)
    asked: list[str] = []
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        page = scoped(select(unit.id), ctx, "core.org.read", unit.path)
        source = Source(unit.id, page, walk=OrgUnit.__table__, many=many)  # type: ignore[attr-defined]
        event.listen(qimen.db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        found = run_list(Asked(session), spec, source)  # type: ignore[arg-type]
    assert len(found.rows) == 2
    hinted = any("NOT INDEXED" in statement for statement in asked)
    assert hinted is (walks and qimen.db.dialect == "sqlite")
