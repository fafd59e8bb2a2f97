"""What the hosts printed in earlier parts of a run, read through while the run goes on."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import journal
from lync_wizard.runs.runner import Runner


def beside(folder: Path, runner: Runner) -> None:
    """Stop the run before its next step where that was changed; megabytes may have to be read, and nobody waits."""

    def check() -> None:
        with contextlib.suppress(WizardError), journal.Reader(folder) as reader:
            if (event := reader.broken_at()) is not None:
                runner.stop_after_this_step(f"{journal.broken_words(folder.name, event)}. {journal.CHANGED}")

    threading.Thread(target=check, name="journal check", daemon=True).start()
