"""Personal data: masked by default, registered column by column, revealed one field at a time."""

from qimen_core.privacy.masking import (
    mask,
    mask_address,
    mask_id_number,
    mask_name,
    mask_phone,
)
from qimen_core.privacy.normal import normal_id_number, normal_phone
from qimen_core.privacy.register import missing_entries, personal_columns, stale_entries
from qimen_core.privacy.reveal import Revealed, reveal

__all__ = [
    "Revealed",
    "mask",
    "mask_address",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "missing_entries",
    "normal_id_number",
    "normal_phone",
    "personal_columns",
    "reveal",
    "stale_entries",
]
