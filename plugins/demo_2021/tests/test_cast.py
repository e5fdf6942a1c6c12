"""The demo's people are invented, the same for the same seed, and can be reached by nobody."""

import re
from collections import Counter

from stdnum.cn import ric

from qimen_core.access.passwords import password_faults
from qimen_core.access.policy import PROFILES
from qimen_core.access.roles import CORE_ROLES
from qimen_core.demo import RESIDENT, DemoPerson, DemoUnit
from qimen_demo_2021 import ACCOUNTS, DEMO, PASSWORD
from qimen_demo_2021.cast import cast

UNITS = [
    DemoUnit("341024000000", "county", "祁门县"),
    DemoUnit("341024100000", "township", "祁山镇", "341024000000"),
    DemoUnit("341024100001", "community", "东街社区", "341024100000"),
    DemoUnit("341024100002", "community", "内河街社区", "341024100000"),
    DemoUnit("341024100209", "community", "芳村", "341024100000"),
]


def drawn(seed: int = 341024) -> list[DemoPerson]:
    return cast(UNITS, seed)


def test_the_tree_is_the_real_one() -> None:
    units = DEMO.units()
    kinds = Counter(unit.kind for unit in units)
    assert kinds == {"county": 1, "township": 18, "community": 118}
    assert sum(unit.kind == "community" and unit.code[9:12] < "200" for unit in units) == 7
    assert [unit.name for unit in units if unit.code == "341024100001"] == ["东街社区"]


def test_where_the_most_happens_is_where_the_clerk_of_the_guide_works() -> None:
    assert next(iter(DEMO.shares)) == ACCOUNTS[0].unit
    assert set(DEMO.shares) <= {unit.code for unit in DEMO.units()}


def test_one_seed_gives_one_cast() -> None:
    assert drawn() == drawn()


def test_another_seed_gives_another_cast() -> None:
    assert drawn(1) != drawn(2)


def test_phone_numbers_have_the_form_of_a_mobile_and_lie_in_an_unassigned_block() -> None:
    phones = [part.phone for part in drawn()]
    assert all(re.fullmatch(r"1[3-9]\d{9}", phone) for phone in phones)
    assert all(phone.startswith("154") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_id_numbers_pass_the_check_and_carry_a_code_that_no_county_has() -> None:
    numbers = [part.id_number for part in drawn()]
    assert all(ric.is_valid(number) for number in numbers)
    assert all(number[2:6] == "0000" for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_an_id_number_agrees_with_birth_and_gender() -> None:
    for part in drawn():
        assert part.id_number[6:14] == f"{part.birth:%Y%m%d}"
        assert int(part.id_number[16]) % 2 == (0 if part.gender == "f" else 1)


def test_no_full_name_is_given_twice() -> None:
    names = [part.name for part in drawn()]
    assert len(set(names)) == len(names)


def test_residents_have_an_address_and_staff_have_none() -> None:
    assert all(bool(part.address) == (part.role == RESIDENT) for part in drawn())


def test_there_is_an_account_for_every_role() -> None:
    assert {user.role for user in ACCOUNTS} == {role.code for role in CORE_ROLES}


def test_the_demo_password_satisfies_every_policy_for_every_account() -> None:
    for profile in PROFILES.values():
        for user in ACCOUNTS:
            assert password_faults(PASSWORD, profile, user.username) == []
