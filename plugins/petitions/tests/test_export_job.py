"""The list of petitions in the background: the ticked rows too, with the reach of that moment."""

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core import Qimen, scope, unit_of_work
from qimen_core.access.models import Grant
from qimen_core.jobs import run_due
from qimen_core.jobs.models import Job
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

from .conftest import Take


@pytest.fixture
def qimen(qimen_app: MakeApp) -> Qimen:
    """The deployment, where only one row is exported at once."""
    return qimen_app(["petitions"], settings={"core": {"export_direct_rows": 1}})


@pytest.fixture
def office(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    """The office of the township."""
    return as_user("township_office", org_tree.township)


def exported(client: MakeClient, account: Account, job_id: int) -> list[str]:
    """Return the titles in a job's workbook."""
    body = client(account).get(f"/jobs/{job_id}/result").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return sorted(str(row[1]) for row in sheet.to_python()[2:])


def the_job(qimen: Qimen) -> Job:
    with qimen.db.session() as session:
        return session.exec(select(Job)).one()


def test_the_ticked_rows_are_made_in_the_background(
    qimen: Qimen, client: MakeClient, office: Account, take: Take, org_tree: OrgTree
) -> None:
    ids = [take(title=title).order_id for title in ("甲", "乙", "丙")]
    abroad = take(org_tree.other_community, title="丁").order_id
    sent = {"ids": [str(ids[0]), str(ids[2]), str(abroad)]}
    answer = client(office).post("/petitions/export", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
    run_due(qimen)
    job = the_job(qimen)
    assert job.state == "done"
    assert exported(client, office, job.id or 0) == ["丙", "甲"]


def test_a_reach_that_became_smaller_makes_the_workbook_smaller(
    qimen: Qimen, client: MakeClient, office: Account, take: Take, org_tree: OrgTree
) -> None:
    ids = [take(title="甲").order_id, take(org_tree.sibling, title="乙").order_id]
    client(office).post("/petitions/export", data={"ids": [str(each) for each in ids]})
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage") as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            grant = uow.session.exec(select(Grant).where(Grant.user_id == office.id)).one()
            grant.org_id, grant.org_path = org_tree.sibling.id or 0, org_tree.sibling.path
    run_due(qimen)
    job = the_job(qimen)
    assert job.state == "done"
    assert exported(client, office, job.id or 0) == ["乙"]
