"""Where a unit's card of petitions leads besides its list: pages for residents, and the poster."""

from qimen_core import translations
from qimen_core.org.queries import Unit
from qimen_petitions.permissions import OPEN311
from qimen_petitions.settings import PetitionSettings
from qimen_web import Request

__all__ = ["unit_links"]

_ = translations("qimen_petitions")

_KINDS = ("community", "township")


def unit_links(request: Request, unit: Unit) -> list[tuple[str, str, str]]:
    """Return label, address and icon of each page that this unit has and the reader may open."""
    settings = request.ctx.setting(PetitionSettings, unit.path)
    found: list[tuple[str, str, str]] = []
    if unit.kind in _KINDS and unit.code and unit.valid_to is None:
        if settings.public_form:
            form = request.url("petitions:public_form", unit=unit.code)
            found.append((str(_("居民提交页")), form, "external-link"))
            poster = request.url("petitions:poster", unit_id=unit.id)
            found.append((str(_("二维码海报")), poster, "qrcode"))
        if settings.publicity:
            page = request.url("petitions:publicity", unit=unit.code)
            found.append((str(_("办理公示")), page, "speakerphone"))
    if request.ctx.can(OPEN311, unit.path):
        keys = request.url("petitions:open311_keys", unit_id=unit.id)
        found.append((str(_("开放接口")), keys, "plug"))
    return found
