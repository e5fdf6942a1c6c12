"""The kinds of unit that core brings; plugins add theirs by ``register_org_kinds``."""

from qimen_core.descriptors import OrgKind
from qimen_core.i18n import translations

__all__ = ["CORE_KINDS"]

_ = translations("qimen_core")

# province and city exist so that a whole division table imports; a county needs neither.
CORE_KINDS = (
    OrgKind("province", _("省"), parents=()),
    OrgKind("city", _("市"), parents=("province",)),
    OrgKind("county", _("县"), parents=("city", "province")),
    OrgKind("township", _("乡镇"), parents=("county", "city")),
    OrgKind("community", _("社区"), parents=("township",)),
)
