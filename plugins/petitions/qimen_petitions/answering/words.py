"""Words of the answer that more than one module needs."""

from qimen_core import translations

__all__ = ["GREETING", "SIR_OR_MADAM"]

_ = translations("qimen_petitions")

GREETING = _("您好")
SIR_OR_MADAM = _("{surname}先生/女士")
