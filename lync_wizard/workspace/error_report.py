"""The report of an error that nobody foresaw: a file in the home for whoever fixes it, and the lines to say."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home, write_whole


def write(home: Home, error: BaseException, *, redact: Callable[[str], str], run: str, resume: str) -> list[str]:
    """Write ``HOME/reports/error-TIME.txt``, owner-only and redacted, and return the lines to say. Raises nothing.

    Local variables are left out: one of them could be a secret. ``run`` and ``resume`` (the command that continues it)
    are empty where no run is unfinished.
    """
    text = redact("".join(traceback.format_exception(error)))
    head = redact(f"lync-wizard ended unexpectedly: {traceback.format_exception_only(error)[-1].strip()}")
    path = home.reports / f"error-{timestamps.now():%Y-%m-%dT%H%M%SZ}.txt"
    try:
        write_whole(path, f"{head}\n{_versions()}\nrun {run or 'none'}\n\n{text}")
        written = f"A report was written to {path}"
    except (OSError, WizardError) as failed:
        written = f"No report could be written: {failed}"
    if resume:
        return [head, written, "HINT: Nothing recorded is lost. Go on with:", resume]
    return [head, written, "HINT: Try again; if it happens again, pass the report on."]


def _versions() -> str:
    try:
        own = version("lync-wizard")
    except PackageNotFoundError:
        own = "not installed"
    return f"lync-wizard {own}, Python {platform.python_version()}, {platform.platform()}"
