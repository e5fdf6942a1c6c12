"""The card on the page of a person who works here."""

from qimen_core import NotFound, Person
from qimen_core.access.holders import accounts_of
from qimen_core.workdays import calendar_for
from qimen_orders import STATE_LABELS, due_words
from qimen_petitions.staff import staff_facts
from qimen_web import Request, Response, fragment, ui


@fragment("/petitions/people/{person_id:int}/card", permission="petitions.order.read")
def person_card(request: Request, person_id: int) -> Response:
    """Count what a person handles and took down, and list what is still open."""
    ctx = request.ctx
    person = request.session.get(Person, person_id)
    if person is None:
        raise NotFound
    ctx.require("core.person.read", person.org_path)
    facts = staff_facts(ctx, accounts_of(ctx, person_id))
    calendar = calendar_for(request.ctx)
    rows = [
        (
            row.id,
            row.title,
            STATE_LABELS[row.state],
            *(due_words(row.due_at, calendar, ctx.now) if row.due_at else ("", "")),
        )
        for row in facts.rows
    ]
    return ui.page(request, "petitions/_person.html", block="card", facts=facts, rows=rows)
