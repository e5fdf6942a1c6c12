"""Stored files: bytes before the row, and no bytes without one."""

import os

import pytest

from qimen_core import NotFound, Qimen, StoredFile, unit_of_work
from qimen_core.db.session import unscoped
from qimen_core.files import delete, path_of, remove_orphans, store
from qimen_core.testing.units import OrgTree

MANAGE = "core.person.manage"


def keep(qimen: Qimen, tree: OrgTree, *, fail: bool = False) -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, MANAGE) as uow:
            file = store(uow, "照片.png", b"png", "image/png", tree.community, plugin="core")
            if fail:
                raise ZeroDivisionError
        assert file.id is not None
        return file.id


def names(qimen: Qimen) -> set[str]:
    return {path.name for path in (qimen.config.data / "files").iterdir()}


def test_a_file_is_kept_under_a_random_name_and_read_back(qimen: Qimen, org_tree: OrgTree) -> None:
    number = keep(qimen, org_tree)
    with qimen.db.session() as session, unscoped(session):
        file = session.get(StoredFile, number)
        assert file is not None
        assert path_of(qimen, file).read_bytes() == b"png"
        assert "照片" not in file.stored_as
        assert (file.size, len(file.sha256)) == (3, 64)
        path_of(qimen, file).unlink()
        with pytest.raises(NotFound):
            path_of(qimen, file)


def test_a_unit_of_work_that_fails_leaves_no_bytes(qimen: Qimen, org_tree: OrgTree) -> None:
    with pytest.raises(ZeroDivisionError):
        keep(qimen, org_tree, fail=True)
    assert names(qimen) == set()


def test_a_deleted_file_is_gone_only_after_the_commit(qimen: Qimen, org_tree: OrgTree) -> None:
    number = keep(qimen, org_tree)
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with pytest.raises(ZeroDivisionError), unit_of_work(ctx, MANAGE) as uow:
            delete(uow, session.get_one(StoredFile, number))
            raise ZeroDivisionError
        assert len(names(qimen)) == 1
        with unit_of_work(ctx, MANAGE) as uow:
            delete(uow, session.get_one(StoredFile, number))
        assert names(qimen) == set()


def test_bytes_without_a_row_are_removed_when_no_transaction_can_want_them_any_more(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    keep(qimen, org_tree)
    (kept,) = names(qimen)
    folder = qimen.config.data / "files"
    now = qimen.clock.now().timestamp()
    ages = {"young": 3600, "old": 2 * 86_400}
    for name, age in ages.items():
        (folder / name).write_bytes(b"left by a killed process")
        os.utime(folder / name, (now - age, now - age))
    os.utime(folder / kept, (now - ages["old"], now - ages["old"]))
    assert remove_orphans(qimen) == 1
    assert names(qimen) == {kept, "young"}
