"""An unexpected exception: a report file for whoever has to find the cause, and a few lines for whoever sat there."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable

from lync_wizard.core import product, storage, terminal, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home


def write(
    home: Home, error: BaseException, *, redact: Callable[[str], str] = str, run: str = "", resume: str = ""
) -> list[str]:
    """Write ``HOME/reports/error-TIME.txt`` and return the lines to print, the last of them a command; raises nothing.

    The report holds versions, the run's name and the traceback, never a local variable; it is readable by its owner
    only. ``redact`` takes the known secrets out of it (``str`` while none is known). ``resume`` is the command that
    continues; where there is no run to continue, the lines end with the command that opens this home.
    The lines say what happened, where the report lies or why it could not be written, the hint, the command; they
    hold no message of the exception, which could show a value.
    """
    now = timestamps.now()
    head = f"lync-wizard ended unexpectedly: {type(error).__name__}"
    text = "".join(
        [
            f"{head}\n",
            f"at {now:%Y-%m-%dT%H:%M:%SZ}, run {run or 'none'}\n",
            f"lync-wizard {product.version()}, Python {platform.python_version()}, {platform.platform()}\n\n",
            *traceback.format_exception(error),
        ]
    )
    path = home.reports / f"error-{now:%Y-%m-%dT%H%M%SZ}.txt"
    try:
        storage.write_whole(path, "".join(f"{line}\n" for line in terminal.lines(redact(text))))
        where = f"A report was written to {path}"
    except InputError as failed:
        where = f"No report could be written: {failed.detail or failed.summary}"
    except OSError as failed:
        where = f"No report could be written: {failed}"
    return [head, where, "HINT: Nothing recorded is lost. Go on with:", resume or home.command]
