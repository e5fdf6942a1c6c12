"""A device is named so that its owner knows it again."""

import pytest

from qimen_web.devices import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS + "Chrome/120.0.0.0 Safari/537.36", "Chrome · Windows"),
        (WINDOWS + "Chrome/120.0.0.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        (WINDOWS + "Chrome/108.0.0.0 Safari/537.36 360SE", "360浏览器 · Windows"),
        (PHONE + "Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47", "微信 · 安卓"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari · iOS",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
            "Firefox · Linux",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 200, "x" * 40),
        ("", "未知"),
    ],
)
def test_a_device_has_a_name(agent: str, name: str) -> None:
    assert device_name(agent) == name
