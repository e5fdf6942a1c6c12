"""Rows that are lent: reach enough for a lent right, and for nothing else."""

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import select as of

from qimen_core import (
    Borrower,
    Context,
    Forbidden,
    NotFound,
    Permission,
    Person,
    PluginMeta,
    Qimen,
    RowRef,
    StoredFile,
    borrowers,
    handed,
    hookimpl,
    lend,
    scope,
    scoped,
    take_back,
    unit_of_work,
)
from qimen_core.db.row_security import declare, reach_of
from qimen_core.files import store
from qimen_core.models import Lent
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, Toggle
from qimen_core.testing.units import OrgTree

READ, NOTE, HAND_ON = "filing.file.read", "filing.file.note", "filing.file.hand_on"


def filing() -> ModuleType:
    """A plugin that keeps files: reading and noting are lent, handing on is not."""
    module = ModuleType("qimen_core.testing.filing")
    module.meta = PluginMeta(name="filing", label="案卷", core=">=0.1")  # type: ignore[attr-defined]

    @hookimpl
    def register_permissions() -> list[Permission]:
        roles = ("community_clerk",)
        return [
            Permission(READ, "看", roles=roles, lent=True),
            Permission(NOTE, "记", roles=roles, lent=True),
            Permission(HAND_ON, "转", roles=roles),
        ]

    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


@pytest.fixture
def qimen(qimen_app: MakeApp, provide_plugin: Any) -> Qimen:
    return qimen_app([provide_plugin(filing())])


@pytest.fixture
def borrower(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    """A clerk of another township's community."""
    return as_user("community_clerk", org_tree.other_community)


@pytest.fixture
def files(qimen: Qimen, org_tree: OrgTree) -> dict[str, int]:
    """Two files of the community; the case of the first is lent to the other community."""
    made = {}
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, HAND_ON) as uow:
            for name, subject in (("lent", "filing_case:7"), ("kept", "filing_case:8")):
                file = store(
                    uow, name, b"x", "text/plain", org_tree.community,
                    plugin="filing", subject=subject,
                )  # fmt: skip
                made[name] = file.id or 0
            assert lend(uow, case(org_tree), org_tree.other_community)
            assert not lend(uow, case(org_tree), org_tree.other_community)
            # Whoever is above reaches it anyway.
            assert not lend(uow, case(org_tree), org_tree.township)
    return made


def case(tree: OrgTree) -> RowRef:
    return RowRef("filing_case", 7, tree.community.path)


def seen(ctx: Context, permission: str = READ) -> list[str]:
    with scope(ctx.session, ctx, permission):
        return sorted(ctx.session.exec(of(StoredFile.name)))


def test_a_lent_right_reaches_what_is_lent_and_no_other_right_does(
    qimen: Qimen, org_tree: OrgTree, files: dict[str, int], borrower: Account
) -> None:
    with qimen.db.session() as session:
        ctx = borrower.context(session)
        assert seen(ctx) == ["lent"]
        assert seen(ctx, HAND_ON) == []
        with scope(session, ctx, READ):
            file = session.get(StoredFile, files["lent"])
            assert file is not None
            assert session.get(StoredFile, files["kept"]) is None
            for row in (file, case(org_tree)):
                assert ctx.can_on(READ, row)
                assert not ctx.can_on(HAND_ON, row)
                ctx.require_on(NOTE, row, see=READ)
                with pytest.raises(Forbidden):
                    ctx.require_on(HAND_ON, row, see=READ)
        kept = RowRef("filing_case", 8, org_tree.community.path)
        with pytest.raises(NotFound):
            ctx.require_on(NOTE, kept, see=READ)
        # The place itself stays out of reach.
        assert not ctx.can(READ, org_tree.community)
        assert borrowers(ctx, case(org_tree)) == [
            Borrower(org_tree.other_community.id or 0, org_tree.other_community.path)
        ]


def test_core_statements_leave_lent_rows_out_unless_they_ask_for_them(
    qimen: Qimen, files: dict[str, int], borrower: Account, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    table = StoredFile.__table__  # type: ignore[attr-defined]
    names = select(table.c.name)
    local = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        ctx = borrower.context(session)
        assert session.execute(scoped(names, ctx, READ, table.c.org_path)).all() == []
        assert session.execute(handed(names, ctx, READ, StoredFile)).scalars().all() == ["lent"]
        assert session.execute(handed(names, ctx, HAND_ON, StoredFile)).all() == []
        # What is one's own is nobody's to hand over.
        own = local.context(session)
        assert session.execute(handed(names, own, READ, StoredFile)).all() == []
        assert len(session.execute(scoped(names, own, READ, table.c.org_path)).all()) == 2


def test_a_borrower_writes_by_a_lent_right_alone(
    qimen: Qimen, files: dict[str, int], borrower: Account, org_tree: OrgTree
) -> None:
    mine = update(StoredFile).where(StoredFile.id == files["lent"])  # type: ignore[arg-type]
    kept = update(StoredFile).where(StoredFile.id == files["kept"])  # type: ignore[arg-type]
    with qimen.db.session() as session:
        ctx = borrower.context(session)
        with unit_of_work(ctx, NOTE) as uow:
            assert uow.claim(mine.values(size=2)) == 1
            assert uow.claim(kept.values(size=2)) == 0
            assert uow.claim(delete(StoredFile).where(StoredFile.id == files["kept"])) == 0  # type: ignore[arg-type]
            session.get_one(StoredFile, files["lent"]).size = 3
            store(
                uow, "more", b"x", "text/plain", org_tree.community,
                plugin="filing", subject="filing_case:7",
            )  # fmt: skip
        with unit_of_work(ctx, HAND_ON) as uow:
            assert uow.claim(mine.values(size=4)) == 0
        for permission, subject in ((NOTE, "filing_case:8"), (HAND_ON, "filing_case:7")):
            with pytest.raises(Forbidden), unit_of_work(ctx, permission) as uow:
                store(
                    uow, "no", b"x", "text/plain", org_tree.community,
                    plugin="filing", subject=subject,
                )  # fmt: skip
        with pytest.raises(Forbidden), unit_of_work(ctx, HAND_ON) as uow:
            lend(uow, case(org_tree), org_tree.other_township)
        assert seen(ctx) == ["lent", "more"]


def test_what_is_taken_back_or_off_is_closed_at_once(
    qimen: Qimen, files: dict[str, int], borrower: Account, org_tree: OrgTree, toggle: Toggle
) -> None:
    def now() -> list[str]:
        with qimen.db.session() as session:
            return seen(borrower.context(session))

    for unit in (org_tree.other_community, org_tree.community, org_tree.other_township):
        toggle("filing", unit, on=False)
        assert now() == []
        with qimen.db.session() as session:
            assert not borrower.context(session).can_on(READ, case(org_tree))
        toggle("filing", unit, on=True)
        assert now() == ["lent"]
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, HAND_ON) as uow:
            assert take_back(uow, case(org_tree), org_tree.township.id) == 0
            assert take_back(uow, case(org_tree)) == 1
    assert now() == []


def test_a_row_that_is_never_lent_says_so(qimen: Qimen, org_tree: OrgTree) -> None:
    unit = org_tree.community
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with pytest.raises(ValueError, match="lent_as"), unit_of_work(ctx, HAND_ON) as uow:
            lend(uow, Person(name="甲", org_id=unit.id, org_path=unit.path), org_tree.sibling)
        assert session.exec(of(Lent)).all() == []


@pytest.mark.database("postgresql")
def test_the_second_fence_knows_of_loans(
    qimen: Qimen, files: dict[str, int], borrower: Account
) -> None:
    """A statement that has forgotten its scope sees what is lent, and not the file beside it."""
    table = StoredFile.__table__  # type: ignore[attr-defined]
    with qimen.db.session() as session:
        reach = reach_of(borrower.context(session))

    def names() -> list[str]:
        with qimen.db.engine.connect() as connection, connection.begin():
            declare(connection, reach)
            return list(connection.execute(select(table.c.name)).scalars())

    assert names() == ["lent"]
    # The control: without the loan there is nothing.
    with qimen.db.connect(write=True) as connection:
        connection.execute(delete(Lent.__table__))  # type: ignore[attr-defined]
    assert names() == []
