"""The transition table as a page of the documentation: a diagram and the rows, from the data."""

from collections.abc import Iterator

from qimen_core.i18n import translations
from qimen_orders.events import EVENT_LABELS
from qimen_orders.limits import CLOCK_LABELS
from qimen_orders.rules import TRANSITIONS, WHO_LABELS, Effect, Transition
from qimen_orders.states import OPEN_STATES, STATE_LABELS, STEP_OF, STEPS, State

__all__ = ["page"]

_ = translations("qimen_orders")

_EFFECT_LABELS: dict[Effect, str] = {
    Effect.START: _("{clock}开始"),
    Effect.STOP: _("{clock}停止"),
    Effect.RESTART: _("{clock}重新开始"),
    Effect.PAUSE: _("{clock}暂停"),
    Effect.RESUME: _("{clock}恢复"),
    Effect.CREDIT: _("{clock}扣除仲裁时间"),
    Effect.EXTEND: _("{clock}延长，原期限保留"),
}
_INTRO = _(
    "本页由流转表（`qimen_orders/rules.py`）生成。表里没有的一律拒绝；"
    "“可撤销”的一步在设置的秒数内可由本人撤销。"
)
_STATES, _DIAGRAM, _ROWS = _("状态"), _("状态图"), _("流转表")
_ANY_OPEN = _("任一在办状态")


def page() -> str:
    """Return the page in Markdown."""
    parts = [f"# {_('工单流转')}", "", str(_INTRO), "", f"## {_DIAGRAM}", ""]
    parts += ["```mermaid", *_diagram(), "```", "", f"## {_STATES}", "", *_states()]
    parts += ["", f"## {_ROWS}", "", *_rows()]
    return "\n".join(parts) + "\n"


def _diagram() -> Iterator[str]:
    """Yield a Mermaid state diagram; what leaves the state as it is stands in the table alone."""
    yield "stateDiagram-v2"
    yield "    direction LR"
    for state in State:
        yield f"    {state}: {STATE_LABELS[state]}"
    yield f"    [*] --> {State.DRAFT}"
    for row in TRANSITIONS:
        if row.source is not row.target:
            yield f"    {row.source} --> {row.target}: {EVENT_LABELS[row.event]}"
    for state in State:
        if not any(row.source is state for row in TRANSITIONS):
            yield f"    {state} --> [*]"


def _states() -> Iterator[str]:
    steps = {key: str(label) for key, label in STEPS}
    yield from _table((_("状态"), _("标识"), _("群众看到的步骤"), _("在办")))
    for state in State:
        is_open = str(_("是")) if state in OPEN_STATES else ""
        yield _line(str(STATE_LABELS[state]), f"`{state}`", steps[STEP_OF[state]], is_open)


def _rows() -> Iterator[str]:
    yield from _table((_("从"), _("动作"), _("到"), _("谁"), _("条件"), _("时限"), _("可撤销")))
    told: set[str] = set()
    for row in TRANSITIONS:
        everywhere = _is_everywhere(row)
        if everywhere and row.event in told:
            continue
        told.add(row.event)
        source = str(_ANY_OPEN) if everywhere else str(STATE_LABELS[row.source])
        target = str(_("不变")) if row.source is row.target else str(STATE_LABELS[row.target])
        yield _line(
            source,
            f"{EVENT_LABELS[row.event]} `{row.event}`",
            target,
            str(WHO_LABELS[row.who]),
            " ".join(f"`{name}`" for name in row.guards),
            "；".join(_effects(row)),
            str(_("是")) if row.undo else "",
        )


def _is_everywhere(row: Transition) -> bool:
    sources = {each.source for each in TRANSITIONS if each.event is row.event}
    return sources == OPEN_STATES


def _effects(row: Transition) -> Iterator[str]:
    for kind, effect in row.clocks:
        yield _EFFECT_LABELS[effect].format(clock=CLOCK_LABELS[kind])


def _table(headings: tuple[str, ...]) -> Iterator[str]:
    yield _line(*map(str, headings))
    yield _line(*("---" for _heading in headings))


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
