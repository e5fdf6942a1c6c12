"""What full-text search knows of a petition: number, title and words, never who asked."""

from qimen_core import UnitOfWork
from qimen_core.search import Entry, put
from qimen_orders import Order

__all__ = ["KIND", "entry_of", "index_petition"]

KIND = "petitions.order"


def index_petition(uow: UnitOfWork, order: Order, content: str) -> None:
    """Put a petition into the search index, or bring its entry up to date."""
    put(uow, entry_of(order, content))


def entry_of(order: Order, content: str) -> Entry:
    """Return what the index holds of a petition."""
    return Entry(
        kind=KIND,
        ref=str(order.id),
        org_id=order.org_id,
        org_path=order.org_path,
        label=order.title,
        detail=order.number,
        url=f"/petitions/{order.id}",
        text=f"{order.number} {content}",
    )
