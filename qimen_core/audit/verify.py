"""Reads the whole chain and says what was edited, deleted, swapped, inserted or cut off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from qimen_core.audit.anchors import AnchorFile
from qimen_core.audit.chain import digest
from qimen_core.audit.models import AuditHead, AuditRow
from qimen_core.i18n import translations

if TYPE_CHECKING:
    from qimen_core.db.session import QimenSession
    from qimen_core.runtime import Qimen

__all__ = ["Verdict", "verify"]

_ = translations("qimen_core")
BATCH = 2000
_head_row = AuditHead.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Verdict:
    """What the check found: rows read, and a sentence for each fault (none: intact)."""

    rows: int
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(qimen: "Qimen", told: Callable[[int, int], None] | None = None) -> Verdict:
    """Check the chain from its first row to its head and to the anchor outside the table.

    An edited row breaks its own hash; a deleted, inserted or swapped one breaks the numbering or
    the link to the row before; a cut tail ends before the head or before the anchor. Rows that
    are added meanwhile are checked as well.

    Args:
        qimen: The application.
        told: Called now and then with the rows checked and how many there are.
    """
    faults: list[str] = []
    anchor_file = AnchorFile(Path(qimen.config.data) / "audit.anchor", qimen.keys)
    try:
        anchor = anchor_file.read()
    except ValueError:
        anchor = None
        faults.append(_("库外锚点文件 audit.anchor 被改动,封签不符。"))
    seq, previous = 0, ""
    with qimen.db.session() as session:
        begun = _head(session)
        met = begun == (0, "")
        for row in _rows(session):
            if row.seq != seq + 1:
                faults.append(
                    _("第 {seq} 条之后缺少或多出记录,下一条编号是 {next}。").format(
                        seq=seq, next=row.seq
                    )
                )
            elif row.previous != previous:
                faults.append(_("第 {seq} 条与前一条的链接不符。").format(seq=row.seq))
            if row.hash != digest(qimen.keys, row):
                faults.append(_("第 {seq} 条的内容被改动。").format(seq=row.seq))
            if anchor is not None and row.seq == anchor.seq and row.hash != anchor.hash:
                faults.append(_("第 {seq} 条与库外锚点不符。").format(seq=row.seq))
            seq, previous = row.seq, row.hash
            met = met or begun == (seq, previous)
            if told is not None and seq % BATCH == 0 and begun is not None:
                told(seq, max(seq, begun[0]))
        ended = _head(session)
    # Rows may have been added while these were read: the head that stood at the beginning must
    # have been met, and the one that stands now may not lie behind the last row.
    if not met or ended is None or ended < (seq, "") or (ended[0] == seq and ended[1] != previous):
        faults.append(_("链尾与表头不符,末尾记录可能被删除。"))
    if anchor is not None and anchor.seq > seq:
        faults.append(
            _("库外锚点记到第 {anchor} 条,表中只到第 {seq} 条:末尾记录被删除。").format(
                anchor=anchor.seq, seq=seq
            )
        )
    return Verdict(seq, tuple(faults))


def _head(session: "QimenSession") -> tuple[int, str] | None:
    """Return number and hash of the last row as the head says now, None without a head."""
    row = session.execute(select(_head_row.seq, _head_row.hash).where(_head_row.id == 1)).first()
    return (row.seq, row.hash) if row is not None else None


def _rows(session: "QimenSession") -> Iterator[AuditRow]:
    last = -1
    while True:
        rows = list(
            session.scalars(
                select(AuditRow)
                .where(AuditRow.seq > last)  # type: ignore[arg-type]
                .order_by(AuditRow.seq)  # type: ignore[arg-type]
                .limit(BATCH)
            )
        )
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].seq
        session.expunge_all()
