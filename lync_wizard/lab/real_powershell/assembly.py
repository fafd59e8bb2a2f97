"""The compiled cmdlets: built once for a content and a PowerShell, then loaded from a file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.storage import cache_folder, private_folder, write_whole
from lync_wizard.lab.real_powershell import commands

VARIABLE: Final = "LYNC_WIZARD_PWSH"
"""The environment variable that says where PowerShell is, for who asks for ``auto``."""
AUTO: Final = "auto"
_ABOUT: Final = "about.json"
_SECONDS: Final = 300
_INSTALL: Final = "Install PowerShell 7 (dotnet tool install -g PowerShell, or the distribution's package)"
_BUILD: Final = """\
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -lt 7) { throw "This is PowerShell $($PSVersionTable.PSVersion)." }
$known = @{ IgnoreWarnings = $true; WarningAction = 'SilentlyContinue' }
foreach ($name in $env:LYNC_LAB_ASSEMBLIES.Split(';')) {
    $source = [System.IO.File]::ReadAllText("$env:LYNC_LAB_FOLDER/$name.cs")
    Add-Type -TypeDefinition $source -OutputAssembly "$env:LYNC_LAB_FOLDER/$name.dll" @known
    if (-not $known['ReferencedAssemblies']) {
        $known['ReferencedAssemblies'] = "$env:LYNC_LAB_FOLDER/$name.dll", [psobject].Assembly.Location
    }
}
ConvertTo-Json -InputObject @{ home = $PSHOME; version = "$($PSVersionTable.PSVersion)" }
"""

QUIET: Final = {
    "POWERSHELL_TELEMETRY_OPTOUT": "1",
    "POWERSHELL_UPDATECHECK": "Off",
    "POWERSHELL_DIAGNOSTICS_OPTOUT": "1",
    "DOTNET_EnableDiagnostics": "0",
    "NO_COLOR": "1",
}
"""A PowerShell that says nothing to anybody and leaves no sockets behind."""


@dataclass(frozen=True)
class Built:
    """The folder of the assemblies, and what PowerShell said of itself: its home (``$PSHOME``), its version."""

    assemblies: Path
    home: Path
    version: str


def located(named: str) -> str:
    """The PowerShell that is meant: a path, a name on PATH, or ``auto``. Raises :class:`InputError` for none."""
    wanted = named
    if named == AUTO:
        wanted = os.environ.get(VARIABLE) or "pwsh"
    found = shutil.which(wanted)
    if found is None:
        hint = f"{_INSTALL}, or name it with --powershell PATH or {VARIABLE}."
        raise InputError(f"no PowerShell: {wanted} is not there", hint)
    return str(Path(found).absolute())


def built(pwsh: str) -> Built:
    """What this PowerShell needs of the lab. Raises :class:`WizardError` where it cannot build it."""
    sources = commands.sources()
    facts = Path(pwsh).resolve().stat()
    known = [_BUILD, sources, str(Path(pwsh).resolve()), facts.st_size, facts.st_mtime_ns]
    parent = private_folder(cache_folder() / "powershell")
    folder = parent / hashlib.sha256(json.dumps(known).encode()).hexdigest()[:32]
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=parent) as work:
            made = private_folder(Path(work) / folder.name)
            _build(pwsh, sources, made)
            with contextlib.suppress(OSError):  # another lab was faster
                made.rename(folder)
    try:
        said = json.loads((folder / _ABOUT).read_text("utf-8"))
        return Built(folder, Path(said["home"]), str(said["version"]))
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(pwsh, str(error)) from error


def _build(pwsh: str, sources: Mapping[str, str], folder: Path) -> None:
    for name, text in sources.items():
        (folder / f"{name}.cs").write_text(text, "utf-8")
    environment = {**os.environ, "LYNC_LAB_FOLDER": str(folder), "LYNC_LAB_ASSEMBLIES": ";".join(sources)} | QUIET
    try:
        done = subprocess.run(
            [pwsh, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", _BUILD],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=_SECONDS, check=False,
            errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unusable(pwsh, str(error)) from error
    if done.returncode:
        raise _unusable(pwsh, done.stderr or done.stdout)
    write_whole(folder / _ABOUT, done.stdout)


def _unusable(pwsh: str, detail: str) -> WizardError:
    lines = [line.strip() for line in detail.splitlines() if line.strip()]
    reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "it says nothing")
    return WizardError(f"{pwsh} cannot be used as the lab's PowerShell: {reason[:300]}", f"{_INSTALL}.", detail[-2000:])
