"""One-time codes are good once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from qimen_core.access.totp import STEP, accepted_step, new_secret, provisioning_uri

NOW = datetime(2026, 3, 2, 2, 0, 10, tzinfo=UTC)


def _code(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


def test_the_code_of_this_moment_is_accepted_with_its_step() -> None:
    secret = new_secret()
    assert accepted_step(secret, _code(secret, NOW), NOW, 0) == int(NOW.timestamp()) // STEP


@pytest.mark.parametrize("drift", [-STEP, STEP])
def test_a_phone_may_be_wrong_by_one_step(drift: int) -> None:
    secret = new_secret()
    assert accepted_step(secret, _code(secret, NOW + timedelta(seconds=drift)), NOW, 0)


@pytest.mark.parametrize("drift", [-3 * STEP, 3 * STEP])
def test_a_code_of_another_time_is_refused(drift: int) -> None:
    secret = new_secret()
    assert accepted_step(secret, _code(secret, NOW + timedelta(seconds=drift)), NOW, 0) is None


def test_a_used_code_is_refused_and_so_is_the_one_before_it() -> None:
    secret = new_secret()
    code = _code(secret, NOW)
    step = accepted_step(secret, code, NOW, 0)
    assert step is not None
    assert accepted_step(secret, code, NOW, step) is None
    earlier = _code(secret, NOW - timedelta(seconds=STEP))
    assert accepted_step(secret, earlier, NOW, step) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert accepted_step(new_secret(), typed, NOW, 0) is None


def test_blanks_in_a_code_do_not_matter() -> None:
    secret = new_secret()
    code = _code(secret, NOW)
    assert accepted_step(secret, f" {code[:3]} {code[3:]} ", NOW, 0)


def test_the_address_for_the_phone_names_account_and_site() -> None:
    uri = provisioning_uri(new_secret(), "zhangsan", "祁门")
    assert uri.startswith("otpauth://totp/")
    assert "zhangsan" in uri
