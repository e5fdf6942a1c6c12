"""Account rules as data: how long a password is, when a login pauses, when a session ends.

The statutes name the measures and leave the figures to the operator; each figure carries the
source that usual assessments take it from, so that an auditor can follow it.
"""

# lint-ok-file: chinese -- clauses of standards, quoted

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["PROFILES", "Policy", "policy"]


@dataclass(frozen=True)
class Policy:
    """One profile of account rules.

    Args:
        name: The value of ``policy`` in the deployment's config.
        label: The Chinese name shown to people.
        min_length: Characters a password has at least.
        classes: How many of lower case, upper case, digits and others it mixes.
        max_age_days: Days until a password must be changed; 0 means never.
        failures: Failed logins of one account before it pauses.
        lock_minutes: Minutes of that pause, and the window in which failures count.
        address_failures: Failed logins from one network address in that window.
        global_failures: Failed logins of everybody in that window.
        idle_minutes: Minutes without a request after which a session ends.
        absolute_hours: Hours after which a session ends whatever happens.
        dormant_days: Days without a login after which an account is closed; 0 means never.
        totp: Whether the second factor may or must be used.
        sources: Where each figure comes from, by field name.
    """

    name: str
    label: str
    min_length: int
    classes: int
    max_age_days: int
    failures: int
    lock_minutes: int
    address_failures: int
    global_failures: int
    idle_minutes: int
    absolute_hours: int
    dormant_days: int
    totp: Literal["optional", "required"]
    sources: Mapping[str, str] = field(default_factory=dict)


_GB2 = "GB/T 22239-2019, 7.1.4.1 身份鉴别 (第二级)"
_GB3 = "GB/T 22239-2019, 8.1.4.1 身份鉴别 (第三级)"
_USUAL = "figure usual in assessments by GB/T 28448-2019; the standard names the measure only"
_ASVS = "OWASP ASVS 5.0"

_DENGBAO2 = Policy(
    name="dengbao2",
    label="等级保护第二级",
    min_length=10,
    classes=3,
    max_age_days=90,
    failures=5,
    lock_minutes=10,
    address_failures=50,
    global_failures=500,
    idle_minutes=15,
    absolute_hours=12,
    dormant_days=90,
    totp="optional",
    sources=MappingProxyType(
        {
            "min_length": f"{_GB2} a) 复杂度要求; {_USUAL}",
            "classes": f"{_GB2} a) 复杂度要求; {_USUAL}",
            "max_age_days": f"{_GB2} a) 定期更换; {_USUAL}",
            "failures": f"{_GB2} b) 限制非法登录次数; {_USUAL}",
            "lock_minutes": f"{_GB2} b) 登录失败处理; {_USUAL}",
            "address_failures": f"{_ASVS} 6.3.1; own figure, an office shares one address",
            "global_failures": f"{_ASVS} 6.3.1; own figure",
            "idle_minutes": f"{_GB2} b) 登录连接超时自动退出; {_USUAL}",
            "absolute_hours": f"{_ASVS} 7.3.2; own figure, one working day",
            "dormant_days": "GB/T 22239-2019, 7.1.4.2 访问控制 c) 多余的、过期的账户; " + _USUAL,
            "totp": f"{_GB2} asks for one factor",
        }
    ),
)

_DENGBAO3 = Policy(
    name="dengbao3",
    label="等级保护第三级",
    min_length=12,
    classes=3,
    max_age_days=90,
    failures=5,
    lock_minutes=30,
    address_failures=50,
    global_failures=500,
    idle_minutes=10,
    absolute_hours=12,
    dormant_days=60,
    totp="required",
    sources=MappingProxyType(
        {
            "min_length": f"{_GB3} a); {_USUAL}",
            "classes": f"{_GB3} a); {_USUAL}",
            "max_age_days": f"{_GB3} a); {_USUAL}",
            "failures": f"{_GB3} b); {_USUAL}",
            "lock_minutes": f"{_GB3} b); {_USUAL}",
            "address_failures": f"{_ASVS} 6.3.1; own figure, an office shares one address",
            "global_failures": f"{_ASVS} 6.3.1; own figure",
            "idle_minutes": f"{_GB3} b); {_USUAL}",
            "absolute_hours": f"{_ASVS} 7.3.2; own figure, one working day",
            "dormant_days": "GB/T 22239-2019, 8.1.4.2 访问控制 c); " + _USUAL,
            "totp": f"{_GB3} d) 两种或两种以上组合的鉴别技术",
        }
    ),
)

_ASVS_PROFILE = Policy(
    name="asvs",
    label="OWASP ASVS",
    min_length=12,
    classes=1,
    max_age_days=0,
    failures=10,
    lock_minutes=15,
    address_failures=100,
    global_failures=1000,
    idle_minutes=30,
    absolute_hours=12,
    dormant_days=0,
    totp="optional",
    sources=MappingProxyType(
        {
            "min_length": f"{_ASVS} 6.2.1 asks for 8 and recommends 15; own figure between",
            "classes": f"{_ASVS} 6.2.5: no rules on the mix of characters",
            "max_age_days": f"{_ASVS} 6.2.10: no periodic change",
            "failures": f"{_ASVS} 6.3.1; own figure",
            "lock_minutes": f"{_ASVS} 6.3.1; own figure",
            "address_failures": f"{_ASVS} 6.3.1; own figure",
            "global_failures": f"{_ASVS} 6.3.1; own figure",
            "idle_minutes": f"{_ASVS} 7.3.1; own figure",
            "absolute_hours": f"{_ASVS} 7.3.2; own figure",
            "dormant_days": "not asked for",
            "totp": f"{_ASVS} 6.3.3 from level 2; left to the operator",
        }
    ),
)

PROFILES: Mapping[str, Policy] = MappingProxyType(
    {profile.name: profile for profile in (_DENGBAO2, _DENGBAO3, _ASVS_PROFILE)}
)


def policy(name: str) -> Policy:
    """Return the profile of that name.

    Raises:
        ValueError: There is no such profile; the message lists those there are.
    """
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(PROFILES)
        raise ValueError(f"policy = {name!r} in qimen.toml: known profiles are {known}") from None
