"""A real PowerShell for every remote shell of a lab, with the lab's commands in it."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from lync_wizard.core.storage import private_folder, write_whole
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.powershell.cmdlets.windows import installed_modules
from lync_wizard.lab.powershell.programs import PROGRAMS
from lync_wizard.lab.powershell.runspace import Runspace, answered_here
from lync_wizard.lab.real_powershell import assembly, commands
from lync_wizard.lab.real_powershell.bridge import Bridge
from lync_wizard.lab.real_powershell.process import PowerShellProcess
from lync_wizard.lab.winrm.contract import Deliver, Invocation

START: Final = ". ([scriptblock]::Create([System.IO.File]::ReadAllText($env:LYNC_LAB_START)))"
"""What runs first in each PowerShell; no execution policy stops it."""
_PRIVATE: Final = ("LYNC_WIZARD_", "NTLM_USER_FILE", "XDG_", "PSModulePath")
"""Variables that no PowerShell of a simulated host has, by their beginning."""


class RealPowerShell:
    """Implements :class:`~lync_wizard.lab.winrm.contract.Interpreters` for the lab in ``folder``.

    Raises :class:`lync_wizard.core.errors.WizardError` where ``pwsh`` cannot be used.
    """

    def __init__(self, simulation: Simulation, folder: Path, pwsh: str) -> None:
        self.pwsh = pwsh
        self._simulation = simulation
        self._folder = private_folder(folder / "powershell")
        self.built = assembly.built(pwsh)
        self._bridge = Bridge(self.refresh)
        self._lock = threading.Lock()
        self._there: dict[str, set[str]] = {}
        self._windows = self._module(self._folder, commands.WINDOWS)
        private_folder(self._folder / "home")
        self._start = self._folder / "start.ps1"
        write_whole(self._start, (resources.files(__package__) / "start.ps1").read_text("utf-8"))

    def open(self, host: str, user: str, deliver: Deliver) -> PowerShellProcess:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_PRIVATE)}
        environment = kept | self.environment(host, user)

        def pass_on(data: bytes | None, pipeline: uuid.UUID | None) -> None:
            if data is None:
                self._bridge.dismiss(environment["LYNC_LAB_TOKEN"])
            deliver(data, pipeline)

        command = [self.pwsh, "-NoLogo", "-NoProfile", "-s", "-Command", START]
        return PowerShellProcess(command, environment, self._folder / "errors.log", pass_on)

    def passes_on(self, pipeline: Sequence[Invocation]) -> bool:
        return not any(answered_here(one) for one in pipeline)

    def environment(self, host: str, user: str) -> dict[str, str]:
        """What a PowerShell on a simulated host, as ``user``, has in its environment beside what is there."""
        self._install(host)
        found = self._simulation.state.host(host)
        token = self._bridge.admit(Runspace(self._simulation, host, user))
        home = self._folder / "home"
        path = os.pathsep.join([str(self._modules(host)), str(self.built.home / "Modules")])
        return assembly.QUIET | {
            "HOME": str(home),
            "PSModulePath": path,
            "PSModuleAnalysisCachePath": str(home / "ModuleAnalysisCache"),
            "COMPUTERNAME": (found.name if found else host.partition(".")[0]).upper()[:15],
            "LYNC_LAB_PORT": str(self._bridge.port),
            "LYNC_LAB_TOKEN": token,
            "LYNC_LAB_SHARED": str(self.built.assemblies / f"{commands.SHARED}.dll"),
            "LYNC_LAB_START": str(self._start),
            "LYNC_LAB_WINDOWS": str(self._windows),
            "LYNC_LAB_PROGRAMS": ";".join(name for name in PROGRAMS if "\\" not in name),
        }  # fmt: skip

    def refresh(self) -> None:
        """Have the modules in every host's folder that it has now; setup installs some while shells are open."""
        for host in list(self._there):
            self._install(host)

    def close(self) -> None:
        self._bridge.close()

    def _modules(self, host: str) -> Path:
        return self._folder / "hosts" / host.lower()

    def _install(self, host: str) -> None:
        found = self._simulation.state.host(host)
        wanted = set(installed_modules(found)) & set(commands.modules()) if found else set()
        with self._lock:
            there = self._there.get(host)
            if there == wanted:
                return
            folder = private_folder(self._modules(host))
            for name in wanted - (there or set()):
                self._module(folder, name)
            for name in set(commands.modules()) - wanted:
                (folder / name / f"{name}.psd1").unlink(missing_ok=True)
            self._there[host] = wanted

    def _module(self, folder: Path, name: str) -> Path:
        """A module's manifest, which names what it exports."""
        place = private_folder(folder / name)
        exported = commands.modules()[name]
        if name in commands.FUNCTIONS:
            write_whole(place / f"{name}.psm1", commands.functions(name))
            facts = {"RootModule": f"{name}.psm1", "FunctionsToExport": exported, "CmdletsToExport": []}
        else:
            facts = {
                "RootModule": str(self.built.assemblies / f"{name}.dll"),
                "FunctionsToExport": [],
                "CmdletsToExport": exported,
            }
        lines = [f"{key} = {_literal(value)}" for key, value in {"ModuleVersion": "1.0", **facts}.items()]
        manifest = place / f"{name}.psd1"
        write_whole(
            manifest, "@{\n" + "\n".join([*lines, "AliasesToExport = @()", "VariablesToExport = @()"]) + "\n}\n"
        )
        return manifest


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "@(" + ", ".join(_literal(item) for item in value) + ")"
    return "'" + str(value).replace("'", "''") + "'"
