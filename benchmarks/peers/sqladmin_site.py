"""SQLAdmin on Starlette: a ModelView with a static filter, a login and a scoped list query."""

import os
from datetime import datetime

from sqladmin import Admin, ModelView
from sqladmin.authentication import AuthenticationBackend
from sqladmin.filters import StaticValuesFilter
from sqlalchemy import ForeignKey, Select, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from starlette.applications import Starlette
from starlette.requests import Request

from benchmarks.rows import STATES

__all__ = ["app"]


class Model(DeclarativeBase):
    """The registry of the two tables."""


class Unit(Model):
    """A unit; only its name is shown."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __str__(self) -> str:
        return self.name


class Order(Model):
    """An order and its unit."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    title: Mapped[str]
    category: Mapped[str]
    state: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    path: Mapped[str]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    unit: Mapped[Unit] = relationship()


class Login(AuthenticationBackend):
    """Keep the scope of who logged in inside the signed cookie, so no query is needed."""

    async def login(self, request: Request) -> bool:
        """Accept anyone; the user name is ``low:high``, the path range that may be seen."""
        form = await request.form()
        low, _, high = str(form["username"]).partition(":")
        request.session.update(low=low, high=high)
        return True

    async def logout(self, request: Request) -> bool:
        """Forget the scope."""
        request.session.clear()
        return True

    async def authenticate(self, request: Request) -> bool:
        """Tell whether somebody is logged in."""
        return "low" in request.session


class OrderView(ModelView, model=Order):
    """The list with the columns of the others, newest first."""

    column_list = [  # noqa: RUF012 - SQLAdmin's own way to declare
        Order.code, Order.title, Order.category, Order.state, Order.unit, Order.received_at,
        Order.due_at,
    ]  # fmt: skip
    column_filters = [StaticValuesFilter(Order.state, [(s, s) for s in STATES])]  # noqa: RUF012
    column_searchable_list = [Order.title]  # noqa: RUF012
    column_default_sort = ("id", True)
    page_size = 50

    def list_query(self, request: Request) -> Select[tuple[Order]]:
        """Narrow the list to the scope."""
        low, high = request.session["low"], request.session["high"]
        return select(Order).where(Order.path >= low, Order.path < high)


_engine = create_engine(f"sqlite:///{os.environ['BENCH_DATABASE']}")
app = Starlette()
_admin = Admin(app, _engine, authentication_backend=Login(secret_key="benchmark"))
_admin.add_view(OrderView)
