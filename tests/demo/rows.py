"""A digest of everything that the demo has written."""

import hashlib

from sqlalchemy import select

from qimen_core import Qimen, Secret
from qimen_core.db.session import unscoped

__all__ = ["digest"]

# Keyed hashes and salted ones: other keys, other values.
KEYED = {
    "core_user.password_hash",
    "core_person.phone_index",
    "core_person.id_number_index",
    "core_audit.previous",
    "core_audit.hash",
    "core_audit_head.hash",
    "petitions_petition.name_index",
    "petitions_petition.phone_index",
    "petitions_petition.code_hash",
    "petitions_rating_answer.voter",
    "petitions_rating_answer.form_key",
}
# How far a job last said that it was depends on how fast the machine is.
HURRIED = {"core_job.progress", "core_job.progress_total", "core_job.progress_note"}
# A transaction's number is the server's own.
HURRIED |= {"core_epoch.counted_by"}


def digest(qimen: Qimen) -> str:
    """A digest of every row of every table; what depends on the deployment's keys is left out."""
    lines: list[str] = []
    with qimen.db.session() as session, unscoped(session):
        for each in qimen.registry.contributions:
            for model in each.models:
                table = model.__table__  # type: ignore[attr-defined]
                columns = [c for c in table.c if f"{table.name}.{c.name}" not in KEYED | HURRIED]
                rows = session.execute(select(*columns).order_by(*table.primary_key))
                lines += [f"{table.name} {[plain(value) for value in row]}" for row in rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def plain(value: object) -> object:
    return value.reveal() if isinstance(value, Secret) else value
