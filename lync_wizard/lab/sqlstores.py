"""The stand-alone SQL servers of a scenario: their databases filled, saved by BACKUP itself, and then lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lync_wizard.lab import sqlsite, tds
from lync_wizard.lab.instance import Server
from lync_wizard.lab.simulation import Simulation
from lync_wizard.lab.sql import SqlEngine
from lync_wizard.lab.sqldoor import Refusal
from lync_wizard.lab.state import SqlInstance, State
from lync_wizard.lab.tds import Column

_PASSWORD: Final = "inside-the-lab"  # noqa: S105
SAVED: Final = ("LcsLog", "LcsCDR", "QoEMetrics", "mgc")
"""Databases whose content exists nowhere else and is saved by SQL Server itself (backup.md 6 and 7)."""
