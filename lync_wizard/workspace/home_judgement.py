"""The home folder as a finding: whoever can replace it decides what a run does, so that no run starts in such a one."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks import Finding
from lync_wizard.core import home_safety
from lync_wizard.core.storage import Home

KEY: Final = ("home-folder", "")
"""Of the finding; no check of the catalogue, since it asks no host."""


def findings(home: Home) -> list[Finding]:
    """The finding of a home that others can replace or put files into; none where nobody can."""
    found = home_safety.unsafe(home.root)
    return [Finding(KEY[0], "Nobody else can replace the home folder", "blocked", KEY[1], *found)] if found else []
