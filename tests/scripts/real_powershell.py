"""A real PowerShell for tests, where this computer has one: named by ``LYNC_WIZARD_PWSH``, else ``pwsh`` on PATH."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

import pytest

HINT = (
    "no PowerShell here: dotnet tool install -g PowerShell, or the distribution's package; "
    "LYNC_WIZARD_PWSH names one that is not on PATH"
)


@functools.cache
def located() -> str | None:
    """Its path; None where there is none. One that is named has to work."""
    named = os.environ.get("LYNC_WIZARD_PWSH")
    path = named or shutil.which("pwsh")
    if path is None:
        return None
    try:
        asked = [path, "-NoLogo", "-NoProfile", "-Command", "$PSVersionTable.PSVersion.Major"]
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        pytest.fail(f"{path} is named for the tests and does not work: {error}")
    assert int(answer) >= 7, f"{path} is PowerShell {answer}"
    return path


def real_powershell() -> str:
    """Its path; the test is skipped where there is none."""
    path = located()
    if path is None:
        pytest.skip(HINT)
    return path
