"""``doctor``: what this machine lacks."""

from __future__ import annotations

import argparse

from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import home_of
from lync_wizard.cli.output import present, table
from lync_wizard.workspace import doctor


def add(commands: Commands) -> None:
    json_flag(command(commands, "doctor", "what this machine lacks, and how to fix it", "lync-wizard doctor",
                      action=_doctor))  # fmt: skip


def _doctor(options: argparse.Namespace) -> int:
    findings = doctor.examine(home_of(options))
    present(
        options,
        [{"check": f.check, "status": f.status, "message": f.message, "hint": f.hint} for f in findings],
        [
            *table([(f.status, f.check, f.message) for f in findings]),
            *(f"HINT: {finding.hint}" for finding in findings if finding.status != "ok"),
        ],
    )
    return 1 if any(f.status == "blocked" for f in findings) else 0
