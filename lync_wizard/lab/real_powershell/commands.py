"""The catalogue's commands for a real PowerShell: compiled cmdlets, functions, and what stands in front of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Final

from lync_wizard.core import catalogue
from lync_wizard.core.catalogue import COMMON, Parameter, ParameterSet, Syntax
from lync_wizard.lab.powershell import enumerations
from lync_wizard.lab.powershell.cmdlets.windows import NOT_IN_2013, module_of
from lync_wizard.lab.powershell.parameter_binding import FED_BY_PIPELINE, OWN_ALIASES, cmdlet_class, marked_required

OWN: Final = frozenset(
    {"Get-Command", "Get-Module", "Get-Variable", "Import-Module", "Measure-Object", "Select-Object", "Where-Object"}
)
"""PowerShell's own, which run as they are."""
IN_FRONT: Final = frozenset(
    {"Copy-Item", "Export-Csv", "Get-ChildItem", "Get-Date", "Get-Item", "Get-ItemProperty", "Import-Csv", "New-Item",
     "Remove-Item", "Restart-Computer", "Test-Path"}
)  # fmt: skip
"""Of which PowerShell has its own on every system: that one gets what is not the lab's."""
FUNCTIONS: Final = frozenset({"SmbShare"})
"""Modules whose commands are functions in the field, made from CIM definitions."""
SHARED: Final = "LyncLab"
"""The assembly that every command's comes back to."""
WINDOWS: Final = "LyncLab.Windows"
"""The module of what belongs to Windows PowerShell itself and stands in front from the start."""

_TYPES: Final = {
    "": "SwitchParameter", "String": "string", "String[]": "string[]", "Char": "char", "Boolean": "bool",
    "Int16": "short", "Int32": "int", "UInt16": "ushort", "UInt32": "uint", "UInt64": "ulong", "Guid": "Guid",
    "DateTime": "DateTime", "TimeSpan": "TimeSpan", "Hashtable": "Hashtable", "Byte[]": "byte[]",
    "Object[]": "object[]", "PSObject": "PSObject", "PSCredential": "PSCredential",
    "Fqdn": "Microsoft.Rtc.Management.Deploy.Fqdn",
}  # fmt: skip
"""With those of :mod:`.enumerations`; everything else is an object: what it takes is not published."""
_USING: Final = """\
using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;"""


def sources() -> dict[str, str]:
    """The C# of each assembly, by its name: what all share (:data:`SHARED`), then one for each module of cmdlets."""
    shared = (resources.files(__package__) / "lab.cs").read_text("utf-8")
    found = {SHARED: "\n".join([shared, *map(_enumeration, enumerations.lync())])}
    for name, exported in modules().items():
        if name not in FUNCTIONS:
            known = [catalogue.load().get(one) for one in exported]
            found[name] = "\n".join([_USING, *(_class(syntax) for syntax in known if syntax)])
    return found


def modules() -> dict[str, list[str]]:
    """The commands of each module; those of Windows PowerShell's own are all in :data:`WINDOWS`."""
    found: dict[str, list[str]] = {}
    for syntax in _syntaxes():
        name = module_of(syntax.name)
        name = WINDOWS if name.startswith("Microsoft.PowerShell.") else name
        found.setdefault(name, []).append(syntax.name)
    return found


def functions(module: str) -> str:
    """The script of a module whose commands are functions."""
    return "\n".join(_function(syntax) for syntax in _syntaxes() if module_of(syntax.name) == module)


def default_set(syntax: Syntax) -> tuple[ParameterSet, bool]:
    """The default set, and whether it is a guess: the reference does not name it."""
    named = next((one for one in syntax.sets if "(Default)" in one.name), None)
    if named or len(syntax.sets) == 1:
        return named or syntax.sets[0], False
    free = [one for one in syntax.sets if not any(_required(syntax, part) for part in one.parameters)]
    return (free or syntax.sets)[0], True


def _syntaxes() -> Iterator[Syntax]:
    known = catalogue.load()
    for name in known.names:
        syntax = known.get(name)
        if syntax and name not in OWN and name.lower() not in NOT_IN_2013:
            yield syntax


def _own_parameters(syntax: Syntax) -> Iterable[Parameter]:
    common = {name.lower() for name in COMMON} | ({"whatif", "confirm"} if _asks(syntax) else set())
    return [one for key, one in syntax.parameters.items() if key not in common]


def _asks(syntax: Syntax) -> bool:
    return "whatif" in syntax.parameters and "confirm" in syntax.parameters


def _required(syntax: Syntax, parameter: Parameter) -> bool:
    return parameter.mandatory or parameter.name in marked_required(syntax.name)


def _set_name(syntax: Syntax, number: int) -> str:
    return syntax.sets[number].name.replace(" (Default)", "").strip() or f"Set{number}"


def _attributes(syntax: Syntax, parameter: Parameter) -> Iterator[str]:
    """One ``Parameter`` attribute for each set that has it, as C# and PowerShell both write them but for true."""
    for number, one in enumerate(syntax.sets):
        found = next((part for part in one.parameters if part.name.lower() == parameter.name.lower()), None)
        if found is None:
            continue
        fed = next((key for key in FED_BY_PIPELINE if any(part.name.lower() == key for part in one.parameters)), "")
        marks = [f'ParameterSetName = "{_set_name(syntax, number)}"'] if len(syntax.sets) > 1 else []
        marks += ["Mandatory = true"] if _required(syntax, found) else []
        marks += [] if found.position is None else [f"Position = {found.position}"]
        marks += ["ValueFromPipeline = true"] if found.name.lower() == fed else []
        yield f"Parameter({', '.join(marks)})"
    if "PSListModifier" in parameter.type:
        yield "AllowNull"  # $null empties the list
    alias = [
        short for (name, short), own in OWN_ALIASES.items() if (name, own) == (syntax.name.lower(), parameter.name)
    ]
    yield from (f'Alias("{short}")' for short in alias)


def _type(syntax: Syntax, parameter: Parameter) -> str:
    enumeration = enumerations.of_parameter(syntax.name, parameter.type)
    return enumeration.name if enumeration else _TYPES.get(parameter.type, "object")


def _enumeration(one: enumerations.Enumeration) -> str:
    space, _, name = one.name.rpartition(".")
    members = ", ".join(f"{member} = {member.number}" for member in one.items())
    return f"namespace {space} {{ public enum {name} {{ {members} }} }}"


def _binding(syntax: Syntax) -> list[str]:
    chosen, _ = default_set(syntax)
    parts = (
        [f'DefaultParameterSetName = "{_set_name(syntax, syntax.sets.index(chosen))}"'] if len(syntax.sets) > 1 else []
    )
    return parts + (["SupportsShouldProcess = true"] if _asks(syntax) else [])


def _class(syntax: Syntax) -> str:
    space, _, name = cmdlet_class(syntax.name).rpartition(".")
    verb, _, noun = syntax.name.partition("-")
    base = "ClockCmdlet" if syntax.name == "Get-Date" else "FrontCmdlet" if syntax.name in IN_FRONT else "LabCmdlet"
    lines = [f'[Cmdlet("{verb}", "{noun}"{"".join(f", {part}" for part in _binding(syntax))})]']
    lines += ["// The default set is a guess."] if default_set(syntax)[1] else []
    lines += [f"public class {name} : LyncLab.{base} {{"]
    lines += [f'protected override string LabName {{ get {{ return "{syntax.name}"; }} }}']
    if syntax.name in IN_FRONT:
        lines.append(f'protected override string Module {{ get {{ return "{module_of(syntax.name)}"; }} }}')
    for parameter in _own_parameters(syntax):
        marks = "".join(f"[{mark}] " for mark in _attributes(syntax, parameter))
        lines.append(f"{marks}public new {_type(syntax, parameter)} {parameter.name} {{ get; set; }}")
    return f"namespace {space} {{\n" + "\n".join(lines) + "\n} }"


def _function(syntax: Syntax) -> str:
    parameters = []
    for parameter in _own_parameters(syntax):
        marks = "".join(f"[{re.sub('= true', '= $true', mark)}] " for mark in _attributes(syntax, parameter))
        kind = {"SwitchParameter": "switch"}.get(_type(syntax, parameter), _type(syntax, parameter))
        parameters.append(f"    {marks}[{kind}] ${parameter.name}")
    head = re.sub("= true", "= $true", f"[CmdletBinding({', '.join(_binding(syntax))})]")
    body = f"[LyncLab.Call]::Run($PSCmdlet, '{syntax.name}', $PSBoundParameters, $null)"
    return f"function {syntax.name} {{\n{head}\nparam(\n" + ",\n".join(parameters) + f"\n)\nend {{ {body} }}\n}}"
