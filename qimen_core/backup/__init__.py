"""Encrypted backups of database, files and configuration; the keys are kept apart (SECURITY 24)."""

from qimen_core.backup.archive import Manifest, backup, restore

__all__ = ["Manifest", "backup", "restore"]
