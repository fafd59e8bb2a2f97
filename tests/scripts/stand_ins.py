"""The cmdlets of the catalogue as functions of a PowerShell module: they bind as published and return what a test says.

``Answers`` maps a cmdlet to the objects it returns. In place of them ``{"error": …, "inner": …}`` is an exception with
a reason inside it, ``{"hangs": true}`` a command that does not come to its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lync_wizard.core import catalogue
from lync_wizard.core.catalogue import COMMON, Syntax

Answers = Mapping[str, Any]

REAL = frozenset(
    {"Export-Csv", "Get-Command", "Get-Date", "Get-Module", "Get-Variable", "Import-Csv", "Import-Module",
     "Measure-Object", "Select-Object", "Where-Object"}
)  # fmt: skip
"""PowerShell's own, which run as they are."""
PATHS = frozenset(
    {"Copy-Item", "Get-ChildItem", "Get-Item", "Get-ItemProperty", "New-Item", "Remove-Item", "Test-Path"}
)
"""PowerShell's own, for which a path of Windows is answered and any other handed on."""
PROGRAMS = {
    "robocopy": 1, "certutil": 0, "net": 0, "route": 0, "sqlcmd": 0, "Bootstrapper.exe": 0, "whoami": 0, "reg": 0,
}  # fmt: skip
"""Programs, each with the exit code of success."""

_BODY = r"""
$script:Canned = Get-Content -Raw -LiteralPath (Join-Path $PSScriptRoot 'answers.json') | ConvertFrom-Json

function Get-Credential([string] $Credential) {
    $password = New-Object -TypeName System.Security.SecureString
    New-Object -TypeName System.Management.Automation.PSCredential -ArgumentList $Credential, $password
}

function Get-Canned([string] $Name, [hashtable] $Bound) {
    if ($Bound['AsBytes']) { return [byte[]] (1, 2, 3) }
    $canned = $script:Canned.PSObject.Properties[$Name]
    if ($null -eq $canned) { return [PSCustomObject] @{ Identity = $Name; Bound = ($Bound.Keys -join ' ') } }
    if ($canned.Value -is [PSCustomObject] -and $canned.Value.PSObject.Properties['error']) {
        $inner = New-Object -TypeName System.IO.IOException -ArgumentList $canned.Value.inner
        throw (New-Object -TypeName System.InvalidOperationException -ArgumentList $canned.Value.error, $inner)
    }
    if ($canned.Value -is [PSCustomObject] -and $canned.Value.PSObject.Properties['hangs']) {
        Write-Host 'working'
        Start-Sleep -Seconds 600
    }
    return $canned.Value
}
"""


def write(folder: Path, script: str, answers: Answers) -> None:
    """The module ``stand_ins.psm1`` in ``folder``, with the cmdlets and programs that ``script`` calls."""
    called = set(re.findall(r"[A-Za-z]+-[A-Za-z]+", script))
    lines = [_BODY]
    lines += [_function(catalogue.load().get(name)) for name in catalogue.load().names if name in called - REAL]
    for name, code in PROGRAMS.items():
        lines.append(f"function {name} {{ $global:LASTEXITCODE = {code}; '{name} ' + ($args -join ' ') }}")
    lines.append("Export-ModuleMember -Function *")
    (folder / "answers.json").write_text(json.dumps(answers), "utf-8")
    (folder / "stand_ins.psm1").write_text("\n".join(lines), "utf-8")


def _function(syntax: Syntax | None) -> str:
    assert syntax is not None
    own = {*(name.lower() for name in COMMON), "confirm", "whatif"}
    names = {key: one for key, one in syntax.parameters.items() if key not in own}
    parameters = []
    for key, one in names.items():
        marks = []
        for number, kind in enumerate(syntax.sets):
            found = next((p for p in kind.parameters if p.name.lower() == key), None)
            if found:
                mandatory = f", Mandatory = ${str(found.mandatory).lower()}"
                place = "" if found.position is None else f", Position = {found.position}"
                marks.append(f"[Parameter(ParameterSetName = 'Set{number}'{mandatory}{place})]")
        kind_of = "switch" if not one.type else "object"
        parameters.append(f"    {' '.join(marks)} [{kind_of}] ${one.name}")
    free = [n for n, kind in enumerate(syntax.sets) if not any(p.mandatory for p in kind.parameters)]
    fewest = min(range(len(syntax.sets)), key=lambda n: sum(p.mandatory for p in syntax.sets[n].parameters), default=0)
    chosen = free[0] if free else fewest
    head = f"[CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'Set{chosen}')]"
    answer = f"Get-Canned -Name '{syntax.name}' -Bound $PSBoundParameters"
    if syntax.name in PATHS:
        real = f"Microsoft.PowerShell.Management\\{syntax.name} @PSBoundParameters"
        path = "[string] (@($PSBoundParameters['LiteralPath']) + @($PSBoundParameters['Path']))"
        answer = rf"if ({path} -match '^\s*([A-Za-z]+:|\\\\)') {{ {answer} }} else {{ {real} }}"
    return f"function {syntax.name} {{\n{head}\nparam(\n" + ",\n".join(parameters) + f"\n)\n{answer}\n}}"
