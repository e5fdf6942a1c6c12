"""Who may give and take which right; the rules of SECURITY 5."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlmodel import select

from qimen_core.access import accounts, grants
from qimen_core.access.models import Grant, UserAccount
from qimen_core.audit.models import AuditRow
from qimen_core.clock import FixedClock
from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.errors import Conflict, Forbidden, InvalidInput, NotFound
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import Unit
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

DUTIES = ("sysadmin", "secadmin", "auditor")


def _unit(unit: OrgUnit) -> Unit:
    return Unit(**{name: getattr(unit, name) for name in Unit._fields})


def _grant_of(qimen: Qimen, account: Account) -> int:
    with qimen.db.session() as session, unscoped(session):
        statement = select(Grant.id).where(Grant.user_id == account.id).order_by(Grant.id)  # type: ignore[arg-type]
        found = session.exec(statement).first()
    assert found is not None
    return found


def _as(qimen: Qimen, account: Account, work: Callable[[Context], object]) -> object:
    with qimen.db.session() as session:
        return work(qimen.user_context(session, account.id))


def _give(
    qimen: Qimen, giver: Account, taker: Account, role: str, unit: OrgUnit, to: date | None = None
) -> object:
    return _as(
        qimen,
        giver,
        lambda ctx: grants.give(
            ctx,
            user_id=taker.id,
            role=role,
            unit=_unit(unit),
            valid_from=date(2026, 1, 1),
            valid_to=to,
        ),
    )


def _revoke(qimen: Qimen, actor: Account, account: Account) -> object:
    grant_id = _grant_of(qimen, account)
    return _as(qimen, actor, lambda ctx: grants.revoke(ctx, grant_id))


@pytest.fixture
def keeper(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    """The county's security administrator."""
    return as_user("secadmin", org_tree.county)


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


def test_a_security_administrator_grants_a_business_role_in_their_reach(
    qimen: Qimen, keeper: Account, clerk: Account, org_tree: OrgTree
) -> None:
    _give(qimen, keeper, clerk, "grid_leader", org_tree.sibling)
    with qimen.db.session() as session:
        held = qimen.user_context(session, clerk.id).grants
    assert set(held) == {
        ("community_clerk", org_tree.community.path),
        ("grid_leader", org_tree.sibling.path),
    }


def test_a_grant_and_its_end_are_in_the_audit(
    qimen: Qimen, keeper: Account, clerk: Account, org_tree: OrgTree
) -> None:
    _give(qimen, keeper, clerk, "grid_leader", org_tree.sibling)
    _revoke(qimen, keeper, clerk)
    with qimen.db.session() as session:
        rows = session.exec(select(AuditRow).order_by(AuditRow.seq.desc()).limit(2)).all()  # type: ignore[attr-defined]
    assert [(row.action, row.actor_id) for row in rows] == [
        ("core.grant.revoke", keeper.id),
        ("core.grant.give", keeper.id),
    ]
    assert "core_grant" in rows[1].fields


@pytest.mark.parametrize("role", ["township_office", *DUTIES])
def test_nobody_grants_to_themselves(
    qimen: Qimen, keeper: Account, org_tree: OrgTree, role: str
) -> None:
    with pytest.raises(Forbidden):
        _give(qimen, keeper, keeper, role, org_tree.county)


def test_nobody_grants_beyond_their_reach(
    qimen: Qimen, as_user: MakeAccount, clerk: Account, org_tree: OrgTree
) -> None:
    local = as_user("secadmin", org_tree.township)
    for beyond in (org_tree.county, org_tree.other_township, org_tree.foreign_township):
        with pytest.raises(Forbidden):
            _give(qimen, local, clerk, "township_office", beyond)
    _give(qimen, local, clerk, "township_office", org_tree.township)


def test_an_account_out_of_reach_does_not_exist(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    local = as_user("secadmin", org_tree.township)
    stranger = as_user("member", org_tree.other_community)
    with pytest.raises(NotFound):
        _give(qimen, local, stranger, "member", org_tree.community)


def test_a_business_role_may_not_grant_at_all(
    qimen: Qimen, as_user: MakeAccount, clerk: Account, org_tree: OrgTree
) -> None:
    admin = as_user("township_admin", org_tree.township)
    with pytest.raises(Forbidden):
        _give(qimen, admin, clerk, "member", org_tree.community)


def test_whoever_may_grant_by_the_deployment_s_will_gives_only_what_they_hold(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    from qimen_core.access.models import RolePermission
    from qimen_core.db.work import unit_of_work

    admin = as_user("township_admin", org_tree.township)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.system.manage") as uow:
            uow.session.add(
                RolePermission(role="township_admin", permission="core.grant.manage", allowed=True)
            )
    qimen.refresh_roles()
    with qimen.db.session() as session:
        ctx = qimen.user_context(session, admin.id)
        allowed = grants.grantable_roles(ctx, org_tree.township.path)
        elsewhere = grants.grantable_roles(ctx, org_tree.county.path)
    held = {
        name
        for name in qimen.registry.permissions
        if "township_admin" in qimen.registry.roles_with(name)
    }
    for role in allowed:
        wanted = {n for n in qimen.registry.permissions if role in qimen.registry.roles_with(n)}
        assert wanted <= held, role
    assert "community_clerk" not in allowed  # it may reveal phone numbers, the admin may not
    assert not set(DUTIES) & set(allowed)
    assert "member" in allowed
    assert elsewhere == ()


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_excludes_every_business_role_and_the_other_duties(
    qimen: Qimen, keeper: Account, as_user: MakeAccount, org_tree: OrgTree, duty: str
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    with pytest.raises(Conflict):
        _give(qimen, keeper, clerk, duty, org_tree.county)
    on_duty = as_user(duty, org_tree.county)
    for role in {"member", *DUTIES} - {duty}:
        with pytest.raises(Conflict):
            _give(qimen, keeper, on_duty, role, org_tree.county)
    # The control: the same duty elsewhere goes together with itself.
    _give(qimen, keeper, on_duty, duty, org_tree.other_township)


def test_a_duty_may_follow_a_business_role_that_has_ended(
    qimen: Qimen, keeper: Account, clerk: Account, org_tree: OrgTree
) -> None:
    _revoke(qimen, keeper, clerk)
    _give(qimen, keeper, clerk, "auditor", org_tree.county)


def test_a_business_role_that_starts_later_excludes_a_duty_now(
    qimen: Qimen, keeper: Account, as_user: MakeAccount, org_tree: OrgTree, clock: FixedClock
) -> None:
    person = as_user("auditor", org_tree.county)
    _revoke(qimen, keeper, person)
    later = clock.today() + timedelta(days=30)
    _as(
        qimen,
        keeper,
        lambda ctx: grants.give(
            ctx, user_id=person.id, role="member", unit=_unit(org_tree.county), valid_from=later
        ),
    )
    with pytest.raises(Conflict):
        _give(qimen, keeper, person, "auditor", org_tree.county)


def test_a_grant_must_end_after_it_starts(
    qimen: Qimen, keeper: Account, clerk: Account, org_tree: OrgTree
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _give(qimen, keeper, clerk, "member", org_tree.community, to=date(2026, 1, 1))
    assert "valid_to" in refused.value.errors


def test_nobody_takes_their_own_right_away(
    qimen: Qimen, keeper: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    as_user("secadmin", org_tree.county)
    with pytest.raises(Forbidden):
        _revoke(qimen, keeper, keeper)


def test_a_grant_is_taken_back_once(
    qimen: Qimen, keeper: Account, clerk: Account, org_tree: OrgTree
) -> None:
    _revoke(qimen, keeper, clerk)
    with pytest.raises(NotFound):
        _revoke(qimen, keeper, clerk)


def _last(qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree) -> tuple[Account, Account]:
    """Return the county's last security administrator and one of a township below."""
    return as_user("secadmin", org_tree.county), as_user("secadmin", org_tree.township)


def _system(qimen: Qimen, work: Callable[[Context], object]) -> object:
    with qimen.db.session() as session:
        return work(qimen.system_context(session))


def test_the_last_security_administrator_of_a_county_stays(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    county, township = _last(qimen, as_user, org_tree)
    with pytest.raises(Conflict):
        _system(qimen, lambda ctx: grants.revoke(ctx, _grant_of(qimen, county)))
    with pytest.raises(Conflict):
        _system(qimen, lambda ctx: accounts.set_state(ctx, county.id, active=False))
    # The township's own may go: the county's covers its units.
    _system(qimen, lambda ctx: grants.revoke(ctx, _grant_of(qimen, township)))


def test_with_a_second_one_the_first_may_go(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    first, second = as_user("secadmin", org_tree.county), as_user("secadmin", org_tree.county)
    _revoke(qimen, second, first)
    with pytest.raises(Conflict):
        _system(qimen, lambda ctx: accounts.set_state(ctx, second.id, active=False))


def test_a_disabled_security_administrator_does_not_count(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    first, second = as_user("secadmin", org_tree.county), as_user("secadmin", org_tree.county)
    _as(qimen, first, lambda ctx: accounts.set_state(ctx, second.id, active=False))
    with pytest.raises(Conflict):
        _system(qimen, lambda ctx: grants.revoke(ctx, _grant_of(qimen, first)))


def test_two_who_take_each_other_s_right_at_once_do_not_both_succeed(
    qimen: Qimen, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    pair = (as_user("secadmin", org_tree.county), as_user("secadmin", org_tree.county))
    barrier = Barrier(2)

    def take(actor: Account, other: Account) -> bool:
        with qimen.db.session() as session:
            ctx = qimen.user_context(session, actor.id)
            grant_id = _grant_of(qimen, other)
            barrier.wait(10)
            try:
                grants.revoke(ctx, grant_id)
            except (Conflict, NotFound):
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(take, pair, reversed(pair)))
    assert sorted(done) == [False, True]


def test_a_township_s_administrator_cannot_take_over_an_account_that_reaches_the_county(
    qimen: Qimen, keeper: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    local = as_user("secadmin", org_tree.township)
    person = as_user("community_clerk", org_tree.community)
    _give(qimen, keeper, person, "county_office", org_tree.county)
    with pytest.raises(Forbidden):
        _as(qimen, local, lambda ctx: accounts.reset_password(ctx, person.id, "hash"))
    with pytest.raises(Forbidden):
        _as(qimen, local, lambda ctx: accounts.set_state(ctx, person.id, active=False))
    # The control: the county's may, and the local one may where the account stays in reach.
    _as(qimen, keeper, lambda ctx: accounts.reset_password(ctx, person.id, "hash"))
    other = as_user("community_clerk", org_tree.community)
    _as(qimen, local, lambda ctx: accounts.reset_password(ctx, other.id, "hash"))


def test_a_reset_takes_the_second_factor_off_and_asks_for_a_new_password(
    qimen: Qimen, keeper: Account, clerk: Account
) -> None:
    _as(qimen, keeper, lambda ctx: accounts.reset_password(ctx, clerk.id, "hash"))
    with qimen.db.session() as session, unscoped(session):
        row = session.get(UserAccount, clerk.id)
        assert row is not None
        assert row.must_change_password
        assert not row.totp_enabled
        assert row.rights_version == 2


@pytest.mark.parametrize(
    "work",
    [
        lambda ctx, own: accounts.reset_password(ctx, own, "hash"),
        lambda ctx, own: accounts.set_state(ctx, own, active=False),
    ],
)
def test_nobody_administers_their_own_account(
    qimen: Qimen, keeper: Account, work: Callable[[Context, int], object]
) -> None:
    with pytest.raises(Forbidden):
        _as(qimen, keeper, lambda ctx: work(ctx, keeper.id))


@pytest.mark.parametrize("username", ["", "ab", "Zhang San", "张三", "9lives", "a" * 41, "a;b"])
def test_a_malformed_user_name_is_refused(
    qimen: Qimen, keeper: Account, org_tree: OrgTree, username: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _as(
            qimen,
            keeper,
            lambda ctx: accounts.create_account(
                ctx, username=username, name="甲", unit=_unit(org_tree.community), password_hash="x"
            ),
        )
    assert "username" in refused.value.errors


def test_a_user_name_is_taken_whatever_its_case(
    qimen: Qimen, keeper: Account, org_tree: OrgTree
) -> None:
    def make(username: str) -> object:
        return _as(
            qimen,
            keeper,
            lambda ctx: accounts.create_account(
                ctx, username=username, name="甲", unit=_unit(org_tree.community), password_hash="x"
            ),
        )

    make("zhang.san")
    with pytest.raises(InvalidInput):
        make("Zhang.San")
