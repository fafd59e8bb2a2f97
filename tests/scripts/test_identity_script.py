"""The script that asks a host what it is, in a real PowerShell; WMI and the directory are played."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.hosts.identity import SCRIPT
from tests.scripts.real_powershell import real_powershell

WMI = """
function Get-WmiObject { param($Class, $Filter)
  if ($Class -eq 'Win32_ComputerSystem') {
    [pscustomobject]@{ Name = 'SE01'; Domain = 'contoso.com'; PartOfDomain = $true; DomainRole = ROLE }
  } elseif ($Filter -eq 'LocalAccount=True') {
    [pscustomobject]@{ SID = 'S-1-5-21-1-2-3-500' }; [pscustomobject]@{ SID = 'S-1-5-21-1-2-3-501' }
  }
}
"""
CASES: dict[str, tuple[int, str, dict[str, str]]] = {
    "a member": (3, "", {"Name": "SE01", "Domain": "contoso.com", "Machine": "S-1-5-21-1-2-3"}),
    "a domain controller": (5, "", {"Name": "SE01", "Machine": ""}),
    "another computer's account": (3, "-Computer FE01", {"Name": "FE01", "Machine": ""}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_script_tells_what_a_computer_is(case: str, tmp_path: Path) -> None:
    role, arguments, wanted = CASES[case]
    file = tmp_path / "ask.ps1"
    block = f"$ask = {{\n{SCRIPT}\n}}\n& $ask {arguments} | ConvertTo-Json -Compress\n"
    file.write_text("$ErrorActionPreference = 'Stop'\n" + WMI.replace("ROLE", str(role)) + block, "utf-8")
    asked = [real_powershell(), "-NoLogo", "-NoProfile", "-File", str(file)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert set(said) == {"Name", "Domain", "PartOfDomain", "Account", "Machine"}
    assert {name: said[name] for name in wanted} == wanted
    assert said["Account"] == "", "no directory answers here, and that ends nothing"
