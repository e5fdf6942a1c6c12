"""Importing division tables: all or nothing, and a second time nothing."""

from pathlib import Path

from sqlalchemy import func, select

from qimen_core.audit.models import AuditRow
from qimen_core.clock import FixedClock
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.org import history, moving, queries
from qimen_core.org.division_table import parse_columns
from qimen_core.org.importer import ImportResult, import_divisions
from qimen_core.org.stats import count_by_kind
from qimen_core.runtime import Qimen

TABLE = """code,name,level,parent_code
341024100001,东街社区居委会,village,341024100000
341024100200,石坑村委会,village,341024100000
341024100000,祁山镇,town,341024000000
341024000000,祁门县,county,341000000000
341000000000,黄山市,city,
441900000000,东莞市,city,
441900003000,东城街道,town,441900000000
"""


def load(qimen: Qimen, path: Path, text: str = TABLE, *, dry_run: bool = False) -> ImportResult:
    path.write_text(text, "utf-8")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        return import_divisions(ctx, path, parse_columns(None), dry_run=dry_run)


def counts(qimen: Qimen) -> dict[str, int]:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            return count_by_kind(ctx)


def audit_rows(qimen: Qimen) -> int:
    with qimen.db.session() as session:
        return session.execute(select(func.count()).select_from(AuditRow)).scalar_one()


def test_parents_in_any_order_and_a_city_without_counties(qimen: Qimen, tmp_path: Path) -> None:
    result = load(qimen, tmp_path / "a.csv")
    assert (result.created, result.problems) == (7, [])
    assert counts(qimen) == {"city": 2, "county": 1, "township": 2, "community": 2}
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            street = queries.by_code(ctx, "441900003000")
            assert [unit.name for unit in queries.ancestors(ctx, street.path)] == ["东莞市"]
            assert [unit.name for unit in queries.find(ctx, "djsq")] == ["东街社区居委会"]


def test_a_second_time_nothing_changes_not_even_the_audit(qimen: Qimen, tmp_path: Path) -> None:
    load(qimen, tmp_path / "a.csv")
    before = audit_rows(qimen)
    result = load(qimen, tmp_path / "a.csv")
    assert (result.created, result.renamed, result.unchanged) == (0, 0, 7)
    assert audit_rows(qimen) == before


def test_one_wrong_line_keeps_all_lines_out(qimen: Qimen, tmp_path: Path) -> None:
    result = load(qimen, tmp_path / "a.csv", TABLE + "34102410020,短,village,341024100000\n")
    assert [problem.line for problem in result.problems] == [9]
    assert counts(qimen) == {}
    assert audit_rows(qimen) == 0


def test_a_dry_run_says_what_would_be_done(qimen: Qimen, tmp_path: Path) -> None:
    result = load(qimen, tmp_path / "a.csv", dry_run=True)
    assert result.created == 7
    assert counts(qimen) == {}


def test_a_later_table_adds_and_renames(qimen: Qimen, tmp_path: Path, clock: FixedClock) -> None:
    load(qimen, tmp_path / "a.csv")
    day = clock.today()
    clock.set(clock.now().replace(year=2027))
    later = TABLE.replace("石坑村委会", "石坑新村委会")
    later += "341024100201,新村委会,village,341024100000\n"
    result = load(qimen, tmp_path / "b.csv", later)
    assert (result.created, result.renamed, result.unchanged) == (1, 1, 6)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            then = {past.code: past.name for past in history.as_of(ctx, day).values()}
            assert queries.by_code(ctx, "341024100200").name == "石坑新村委会"
    assert then["341024100200"] == "石坑村委会"
    assert "341024100201" not in then


def test_a_unit_that_hangs_elsewhere_is_a_problem_with_its_remedy(
    qimen: Qimen, tmp_path: Path
) -> None:
    load(qimen, tmp_path / "a.csv")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            town = queries.by_code(ctx, "341024100000")
            goal = queries.by_code(ctx, "441900000000")
        with unit_of_work(ctx, "core.org.manage", moving=True) as uow:
            moving.move(uow, town.id, goal.id)
    result = load(qimen, tmp_path / "a.csv")
    assert [problem.line for problem in result.problems] == [4]
    assert "qimen org move 341024100000 341024000000" in result.problems[0].message


def test_a_level_that_differs_is_a_problem(qimen: Qimen, tmp_path: Path) -> None:
    load(qimen, tmp_path / "a.csv")
    result = load(qimen, tmp_path / "b.csv", TABLE.replace("祁山镇,town", "祁山镇,county"))
    assert result.problems[0].line == 4


def test_chunks_join_without_a_seam(qimen: Qimen, tmp_path: Path) -> None:
    towns = [f"341024{n:03d}000" for n in range(100, 113)]
    lines = ["code,name,level,parent_code", "341024000000,祁门县,county,"]
    lines += [f"{code},镇{code},town,341024000000" for code in towns]
    lines += [f"{code[:9]}{n:03d},村{n},village,{code}" for code in towns for n in range(1, 1000)]
    result = load(qimen, tmp_path / "a.csv", "\n".join(lines))
    assert (result.created, result.problems) == (1 + 13 + 13 * 999, [])
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            for code in towns:
                town = queries.by_code(ctx, code)
                assert len(queries.children(ctx, town.id)) == 999
