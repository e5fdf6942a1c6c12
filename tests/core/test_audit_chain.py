"""The audit chain: append-only, and every tampering found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from qimen_core import FixedClock, Qimen, QimenError, unit_of_work
from qimen_core.audit.verify import verify
from qimen_core.db.engine import Database


@pytest.fixture
def chained(qimen: Qimen) -> Qimen:
    """A deployment whose chain has at least ten rows."""
    with qimen.db.session() as session:
        for number in range(10):
            with unit_of_work(
                qimen.system_context(session), "core.org.manage", subject=f"row:{number}"
            ):
                pass
    return qimen


def disarm(db: Database, connection: Connection) -> None:
    """Take the append-only triggers away, as somebody with the database's password could."""
    for verb in ("update", "delete"):
        suffix = " ON core_audit" if db.dialect == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER core_audit_no_{verb}{suffix}")


def test_rows_that_are_added_while_it_reads_are_no_fault(
    chained: Qimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qimen_core.audit.verify.BATCH", 2)
    told: list[tuple[int, int]] = []

    def busy(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) < 4:
            with chained.db.session() as session:
                with unit_of_work(chained.system_context(session), "core.org.manage"):
                    pass

    verdict = verify(chained, busy)
    assert verdict.faults == ()
    assert told[0][0] == 2
    assert all(done <= total for done, total in told)
    # A control: the check has not gone blind for a head that points elsewhere.
    with chained.db.connect(write=True) as connection:
        connection.exec_driver_sql("UPDATE core_audit_head SET seq = seq - 1")
    assert not verify(chained).intact


TAMPERINGS: dict[str, str] = {
    "edit": "UPDATE core_audit SET subject = 'other' WHERE seq = 5",
    "delete": "DELETE FROM core_audit WHERE seq = 5",
    "insert": (
        "INSERT INTO core_audit (seq, at, actor, action, org_path, subject, reason, fields, "
        "previous, hash) SELECT 11, at, actor, action, org_path, subject, reason, fields, "
        "hash, hash FROM core_audit WHERE seq = 10"
    ),
    "cut tail": "DELETE FROM core_audit WHERE seq > 7",
    "cut tail with head": (
        "UPDATE core_audit_head SET seq = 7, hash = (SELECT hash FROM core_audit WHERE seq = 7);"
        "DELETE FROM core_audit WHERE seq > 7"
    ),
    "swap": (
        "UPDATE core_audit SET seq = 1000 WHERE seq = 4;"
        "UPDATE core_audit SET seq = 4 WHERE seq = 5;"
        "UPDATE core_audit SET seq = 5 WHERE seq = 1000"
    ),
}


def test_an_untouched_chain_is_intact(chained: Qimen) -> None:
    verdict = verify(chained)
    assert verdict.faults == ()
    assert verdict.rows >= 10


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_every_tampering_is_found(chained: Qimen, statement: str) -> None:
    with chained.db.connect(write=True) as connection:
        disarm(chained.db, connection)
        for each in statement.split(";"):
            assert connection.exec_driver_sql(each).rowcount > 0
    assert not verify(chained).intact


def test_a_forged_anchor_is_found(chained: Qimen) -> None:
    anchor = chained.config.data / "audit.anchor"
    anchor.write_text(anchor.read_text("utf-8").replace("10", "9", 1), "utf-8")
    assert not verify(chained).intact


@pytest.mark.parametrize(
    "statement", ["UPDATE core_audit SET subject = 'x'", "DELETE FROM core_audit"]
)
def test_the_database_refuses_to_change_the_audit(chained: Qimen, statement: str) -> None:
    def attempt(change: Callable[[Connection], object]) -> None:
        with chained.db.connect(write=True) as connection:
            change(connection)

    with pytest.raises(DBAPIError, match="append-only"):
        attempt(lambda connection: connection.exec_driver_sql(statement))
    assert verify(chained).intact


def test_a_clock_far_behind_the_last_row_refuses_writes(chained: Qimen, clock: FixedClock) -> None:
    clock.advance(timedelta(minutes=-4))
    with chained.db.session() as session:
        with unit_of_work(chained.system_context(session), "core.org.manage"):
            pass
        clock.advance(timedelta(minutes=-10))
        with (
            pytest.raises(QimenError, match="服务器时间"),
            unit_of_work(chained.system_context(session), "core.org.manage"),
        ):
            pass
