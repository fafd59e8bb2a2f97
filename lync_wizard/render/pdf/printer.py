"""Sends a PDF to a printer the platform's way: the shell's print verb on Windows, CUPS elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from lync_wizard.core.errors import WizardError

_SECONDS = 60


def send(path: Path, printer: str | None = None) -> None:
    """Print a file on ``printer``, or on the default one. Raises :class:`WizardError` where there is none."""
    if sys.platform == "win32":
        _send_windows(path, printer)
    else:
        _send_cups(path, printer)


def _refusal(path: Path, why: str, detail: str = "") -> WizardError:
    return WizardError(why, f"Open {path} on a computer that has a printer, and print it there.", detail)


def _send_cups(path: Path, printer: str | None) -> None:
    program = shutil.which("lp")
    if program is None:
        raise _refusal(path, "this computer has no printer: the program lp of CUPS is not installed")
    chosen = ["-d", printer] if printer else []
    try:
        ended = subprocess.run(
            [program, *chosen, "--", str(path)], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refusal(path, "the print service does not answer", str(error)) from error
    if ended.returncode:
        which = (
            f"printer {printer} does not accept the paper size" if printer else "this computer has no default printer"
        )
        raise _refusal(path, which, ended.stderr.strip())


if sys.platform == "win32":
    import os

    def _send_windows(path: Path, printer: str | None) -> None:
        try:
            if printer:
                os.startfile(path, "printto", arguments='"' + printer.replace('"', "") + '"')
            else:
                os.startfile(path, "print")
        except OSError as error:
            raise _refusal(path, "no printer, or no program that prints PDF files, is set up", str(error)) from error
