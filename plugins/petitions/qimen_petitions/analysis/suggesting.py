"""Suggesting a category: by the county's own model, or by words; a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qimen_core import Context, Qimen, translations
from qimen_petitions.analysis.keywords import by_keywords
from qimen_petitions.analysis.model_file import ModelRefused, load_model
from qimen_petitions.analysis.wording import classifier_installed
from qimen_petitions.categories import CategoryFacts, category_facts

__all__ = ["Suggestion", "codes_by_label", "suggest"]

_ = translations("qimen_petitions")

_MOST = 2
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category and why.

    Attributes:
        code: The category's code, ``""`` where only a heading is meant: a form takes leaves.
        label: Its name, with its heading.
        reason: A sentence naming the words that speak for it.
        source: ``model`` or ``keywords``.
    """

    code: str
    label: str
    reason: str
    source: str


def suggest(ctx: Context, title: str, content: str) -> list[Suggestion]:
    """Return at most two categories for what was said, best first; none for too short a text."""
    if len(f"{title}{content}".strip()) < _SHORTEST:
        return []
    rows = category_facts(ctx.session)
    return _by_model(ctx.qimen, rows, title, content) or _by_words(rows, f"{title}。{content}")


def codes_by_label(rows: Sequence[CategoryFacts]) -> dict[str, str]:
    """Return the code for everything that names a category: its code, its label, both labels.

    A label that two categories share names neither.
    """
    labels = {row.code: row.label for row in rows}
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.active:
            whole = f"{labels.get(row.parent, '')} · {row.label}"
            for name in (row.code, row.label, whole):
                found.setdefault(name, set()).add(row.code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _by_model(
    qimen: Qimen, rows: Sequence[CategoryFacts], title: str, content: str
) -> list[Suggestion]:
    if not classifier_installed():
        return []
    try:
        model = load_model(qimen)
    except ModelRefused:
        return []  # told by `qimen petitions model`; the clerk's form goes on without it
    if model is None:
        return []
    codes = codes_by_label(rows)
    known = {row.code: row for row in rows}
    found: list[Suggestion] = []
    for guess in model.guess(title, content, most=len(model.labels)):
        row = known.get(codes.get(guess.label, ""))
        if row is not None and len(found) < _MOST:
            words = guess.because or ()
            found.append(_suggestion(row, known, words, "model"))
    return found


def _by_words(rows: Sequence[CategoryFacts], text: str) -> list[Suggestion]:
    known = {row.code: row for row in rows}
    leaves = [(row.code, row.label) for row in rows if row.parent and row.active]
    return [
        _suggestion(known[guess.code], known, guess.words, "keywords")
        for guess in by_keywords(text, leaves, _MOST)
    ]


def _suggestion(
    row: CategoryFacts, known: Mapping[str, CategoryFacts], words: Sequence[str], source: str
) -> Suggestion:
    parent = known.get(row.parent)
    label = f"{parent.label} · {row.label}" if parent else row.label
    shown = "、".join(words)
    if source == "model":
        text = _("与以往办结件用词相近：{words}") if words else _("与以往办结件相近")
    else:
        text = _("出现：{words}")
    return Suggestion(row.code if row.parent else "", label, text.format(words=shown), source)
