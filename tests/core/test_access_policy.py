"""Account rules are data, each with its source."""

from dataclasses import fields

import pytest

from qimen_core.access.passwords import password_faults
from qimen_core.access.policy import PROFILES, policy

FIGURES = [
    f.name for f in fields(PROFILES["dengbao2"]) if f.name not in {"name", "label", "sources"}
]


@pytest.mark.parametrize("name", PROFILES)
def test_every_figure_of_a_profile_names_its_source(name: str) -> None:
    assert set(PROFILES[name].sources) == set(FIGURES)
    assert all(PROFILES[name].sources.values())


def test_the_default_profile_has_the_figures_of_the_rules() -> None:
    rules = policy("dengbao2")
    assert (rules.min_length, rules.classes, rules.max_age_days) == (10, 3, 90)
    assert (rules.failures, rules.lock_minutes) == (5, 10)
    assert (rules.idle_minutes, rules.dormant_days) == (15, 90)


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="dengbao2, dengbao3, asvs"):
        policy("none")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Ab1-efgh", "至少"),
        ("abcdefghijk1", "类"),
        ("A" + "b1-" * 50, "最多"),
        ("Zhangsan-2718x", "用户名"),
        ("P@ssw0rd1234", "常见"),
        ("Aa1-Aa1-Aa1-"[:3] * 4, "常见"),
    ],
)
def test_a_bad_password_is_told_what_is_wrong(password: str, word: str) -> None:
    faults = password_faults(password, policy("dengbao2"), "zhangsan")
    assert any(word in fault for fault in faults)


def test_a_good_password_has_no_fault() -> None:
    assert password_faults("Beitang-2719-qiao", policy("dengbao2"), "zhangsan") == []


def test_asvs_asks_for_length_and_not_for_a_mix() -> None:
    assert password_faults("beitangqiaodongjie", policy("asvs")) == []
    assert password_faults("beitangqiaodongjie", policy("dengbao2")) != []
