"""What a browser calls itself, in words a person knows: ``Chrome · Windows``."""

import re

from qimen_core.i18n import translations

__all__ = ["device_name"]

_ = translations("qimen_web")

# The first that fits counts: nearly every browser also claims to be Safari and Chrome.
_BROWSERS = (
    ("wxwork", _("企业微信")),
    ("MicroMessenger", _("微信")),
    ("DingTalk", _("钉钉")),
    ("QQBrowser", _("QQ浏览器")),
    ("UCBrowser", _("UC浏览器")),
    ("360SE|360EE|QihooBrowser", _("360浏览器")),
    ("HuaweiBrowser", _("华为浏览器")),
    ("MiuiBrowser", _("小米浏览器")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS|OpenHarmony", _("鸿蒙")),
    ("Android", _("安卓")),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_SHOWN = 40


def device_name(agent: str) -> str:
    """Return browser and system by the ``User-Agent`` that was sent.

    Only a help to recognise one's own devices: it is what the sender claims.
    """
    named = (_first(_BROWSERS, agent), _first(_SYSTEMS, agent))
    said = " · ".join(part for part in named if part)
    return said or agent[:_SHOWN] or str(_("未知"))


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((str(label) for pattern, label in names if re.search(pattern, agent)), "")
