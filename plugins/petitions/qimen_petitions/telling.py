"""Who hears, under their bell, that a petition came to their unit."""

from qimen_core import UnitOfWork, translations
from qimen_orders import Event, Order
from qimen_web.notices import notify

__all__ = ["tell_moved", "tell_submitted"]

_ = translations("qimen_petitions")

READ = "petitions.order.read"


def tell_submitted(uow: UnitOfWork, order_id: int, unit_id: int, number: str) -> None:
    """Tell the unit where a resident's petition came in."""
    _tell(uow, unit_id, order_id, "submitted", _("新收到诉求：{number}").format(number=number))


def tell_moved(uow: UnitOfWork, order: Order, event: Event) -> None:
    """Tell the lead unit that an order was dispatched to it."""
    if event is not Event.DISPATCH or order.id is None:
        return
    text = _("新派来工单：{number}").format(number=order.number)
    # The same order may be dispatched again, in a later round or after it came back.
    _tell(uow, order.lead_id or order.org_id, order.id, f"dispatched:{order.version}", text)


def _tell(uow: UnitOfWork, unit_id: int, order_id: int, what: str, text: str) -> None:
    notify(
        uow,
        unit_id,
        permission=READ,
        text=text,
        url=f"/petitions/{order_id}",
        key=f"petitions.order:{order_id}:{what}",
    )
