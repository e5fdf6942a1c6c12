"""Duplicates and hot issues of a whole file, measured on the real messages."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qimen_petitions.analysis.hot import Said, hot_issues
from qimen_petitions.analysis.likeness import Corpus
from qimen_petitions.analysis.message_files import FileMessage, read_messages_of
from qimen_petitions.analysis.places import agree, places_of
from qimen_petitions.analysis.wording import classifier_installed

Record = Callable[[str, object], None]
_ROOT = Path(__file__).resolve().parents[3]
_SHARED = Path(os.environ.get("QIMEN_SHARED", _ROOT.parent / "shared")) / "data" / "petitions"
SMOKE = "{place}一楼开了烧烤店，每晚油烟直排，呛得开不了窗，请尽快处理"

extra = pytest.mark.skipif(
    not classifier_installed(), reason="the extra qimen-petitions[classifier] is not installed"
)


@pytest.fixture(autouse=True)
def calendar() -> None:
    """Nothing here asks a database, so none is made."""


def unlabelled() -> list[FileMessage]:
    file = _SHARED / "messages_unlabelled.csv.gz"
    if not file.is_file():
        pytest.skip(f"no messages at {file}; set QIMEN_SHARED to the folder above data/")
    return read_messages_of(file)


@extra
def test_two_estates_with_the_same_text_are_two_matters() -> None:
    from qimen_petitions.analysis.pairs import like_pairs, same_place_pairs

    texts = [SMOKE.format(place=place) for place in ("丽景新城", "梅山家园", "丽景新城小区")]
    texts += ["三单元路灯不亮", "想问医保报销"]
    same, apart = same_place_pairs(texts)
    assert [(pair.one, pair.other, pair.place) for pair in same] == [(0, 2, "丽景新城")]
    assert {(pair.one, pair.other) for pair in apart} == {(0, 1), (1, 2)}
    assert len(like_pairs(texts)) == 3  # the control: the words alone would merge them


@extra
def test_the_fast_way_finds_what_the_plain_way_finds() -> None:
    from qimen_petitions.analysis.pairs import like_pairs

    messages = unlabelled()[:200]
    texts = [each.text for each in messages]
    fast = {(pair.one, pair.other): pair.likeness for pair in like_pairs(texts, 0.3)}
    corpus = Corpus(texts)
    plain = {
        (one, other): cosine
        for one in range(len(texts))
        for other, cosine in corpus.like(one, 0.3)
        if one < other
    }
    assert fast.keys() == plain.keys()
    assert all(fast[pair] == pytest.approx(plain[pair], abs=1e-4) for pair in plain)


@extra
def test_all_like_messages_of_the_file_are_found_in_seconds(record_property: Record) -> None:
    from qimen_petitions.analysis.pairs import like_pairs, same_place_pairs

    messages = unlabelled()
    texts = [each.text for each in messages]
    started = time.process_time()
    same, apart = same_place_pairs(texts)
    took = time.process_time() - started
    record_property("pairs", (len(same), len(apart), round(took, 1)))
    assert took <= 10
    known = like_pairs(texts)
    assert len(known) == 605  # the pairs that are known to exist
    agreeing = [pair for pair in known if agree(*_places(texts, pair.one, pair.other)) is not False]
    found = {(pair.one, pair.other) for pair in same}
    hit = sum((pair.one, pair.other) in found for pair in agreeing)
    assert hit / len(agreeing) >= 0.95
    assert len(agreeing) / len(known) >= 0.95  # places are not made different by a bad reading
    titles = [each.title for each in messages]
    # A place may go by two names in two titles; that is a rare thing, or they are two places.
    doubtful = [pair for pair in same if _two_estates(titles, pair.one, pair.other)]
    assert len(doubtful) <= 0.02 * len(same)
    twins = [pair for pair in apart if _two_estates(titles, pair.one, pair.other)]
    assert max(pair.likeness for pair in twins) > 0.9  # the same text of two estates


def test_the_two_estates_that_most_speak_of_lead_the_hot_issues(record_property: Record) -> None:
    messages = unlabelled()
    said = [
        Said(at, each.title, each.detail, person=each.person, votes=each.votes)
        for at, each in enumerate(messages)
    ]
    started = time.process_time()
    issues = hot_issues(said)
    took = time.process_time() - started
    first = [(len(issue.said), issue.place_total) for issue in issues[:3]]
    record_property("first_three", (first, round(took, 1)))
    # The two estates that are known to hold about 60 and 49 messages.
    assert sorted(total for _n, total in first)[1:] == pytest.approx([49, 60], abs=8)
    assert sorted(n for n, _total in first)[1] >= 45
    assert took <= 10


def _places(texts: list[str], one: int, other: int) -> tuple[object, object]:
    return places_of(texts[one]), places_of(texts[other])


def _two_estates(titles: list[str], one: int, other: int) -> bool:
    """Say whether two titles name estates that have not one character in common."""
    mine, theirs = (_named(titles[at]) for at in (one, other))
    return bool(mine and theirs) and not mine & theirs


def _named(title: str) -> set[str]:
    names = places_of(title).estates
    return set("".join(name.removesuffix("小区") for name in names.values()))
