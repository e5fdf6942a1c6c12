"""Leaves the transaction of the request in ruins: a failed statement, its error swallowed."""

from sqlalchemy import column, select, table
from sqlalchemy.exc import SQLAlchemyError

from qimen_core import Context, TodoItem, hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_transaction", label="坏插件：事务", core=">=0.1,<0.2")


@hookimpl
def todo_items(ctx: Context) -> list[TodoItem]:
    """Ask for a table that is not there, and say nothing of it."""
    try:
        ctx.session.execute(select(column("x")).select_from(table("no_such_table")))
    except SQLAlchemyError:
        return [TodoItem("poison", "坏事务", 1, "/today")]
    return []
