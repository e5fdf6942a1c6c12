"""A user's own filters of a list, kept by name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import bindparam, select

from qimen_core.access.models import SavedView
from qimen_core.db.work import unit_of_work
from qimen_core.errors import InvalidInput, NotFound
from qimen_core.i18n import translations

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_web.request import Request

__all__ = ["ShownView", "delete_view", "save_view", "shown_views"]

_ = translations("qimen_web")

NAME_LIMIT = 30
VIEWS_PER_LIST = 20
_PLACE = frozenset({"after", "before"})

_view = SavedView.__table__.c  # type: ignore[attr-defined]
_MINE = (
    select(_view.id, _view.name, _view.query)
    .where(_view.user_id == bindparam("user"), _view.list_id == bindparam("list"))
    .order_by(_view.name)
)


@dataclass(frozen=True, slots=True)
class ShownView:
    """A saved view as the list draws it."""

    name: str
    url: str
    active: bool
    delete_url: str


def shown_views(request: "Request", list_id: str, url: str, here: str) -> tuple[ShownView, ...]:
    """Return the asker's views of a list.

    Args:
        request: The request.
        list_id: The list.
        url: The list's address without a query.
        here: The address that is being shown, to mark the view it belongs to.
    """
    if request.sign_in is None:
        return ()
    asked = {"user": request.user_id, "list": list_id}
    found = request.ctx.remember(
        ("web.views", request.user_id, list_id),
        lambda: request.session.execute(_MINE, asked).all(),
    )
    if not found:
        return ()
    now = frozenset(parse_qsl(here.partition("?")[2]))
    return tuple(
        ShownView(
            name=name,
            url=f"{url}?{urlencode(query)}",
            active=frozenset(query.items()) == now,
            delete_url=f"/views/{list_id}/{view_id}/delete",
        )
        for view_id, name, query in found
    )


def save_view(ctx: "Context", user_id: int, list_id: str, name: str, query_string: str) -> None:
    """Keep a view; one of the same name is replaced.

    Args:
        ctx: Who acts.
        user_id: Whose view it is.
        list_id: The list it belongs to.
        name: What its owner calls it.
        query_string: The list's filters, order and columns as they stand in the address.

    Raises:
        InvalidInput: The name is empty or too long, nothing is filtered, or there are too many.
    """
    name = name.strip()
    query = {key: value for key, value in parse_qsl(query_string) if key not in _PLACE}
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput({"name": _("请给常用筛选起个名字，最多 30 个字")})
    if not query:
        raise InvalidInput({"name": _("现在没有筛选条件，请先筛选再保存")})
    with unit_of_work(ctx, "core.saved_view.save", permission="core.self") as uow:
        mine = list(
            uow.session.scalars(
                select(SavedView).where(_view.user_id == user_id, _view.list_id == list_id)
            )
        )
        view = next((each for each in mine if each.name == name), None)
        if view is None:
            if len(mine) >= VIEWS_PER_LIST:
                raise InvalidInput({"name": _("每个列表最多保存 20 个常用筛选，请先删掉不用的")})
            view = SavedView(user_id=user_id, list_id=list_id, name=name)
        view.query = query
        uow.session.add(view)


def delete_view(ctx: "Context", user_id: int, list_id: str, view_id: int) -> None:
    """Forget a view.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    with unit_of_work(
        ctx,
        "core.saved_view.delete",
        permission="core.self",
        subject=f"core_saved_view:{view_id}",
    ) as uow:
        view = uow.session.get(SavedView, view_id)
        if view is None or view.user_id != user_id or view.list_id != list_id:
            raise NotFound
        uow.session.delete(view)
