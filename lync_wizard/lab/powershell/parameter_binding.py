"""PowerShell's parameter binding over the catalogue's syntax, with PowerShell's own error texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from lync_wizard.core.catalogue import COMMON, Parameter, ParameterSet, Syntax
from lync_wizard.lab.powershell import enumerations
from lync_wizard.lab.winrm.contract import Argument, ErrorRecord, Terminated

ALIASES = {
    "vb": "Verbose",
    "db": "Debug",
    "ea": "ErrorAction",
    "wa": "WarningAction",
    "infa": "InformationAction",
    "ev": "ErrorVariable",
    "wv": "WarningVariable",
    "ov": "OutVariable",
    "ob": "OutBuffer",
    "pv": "PipelineVariable",
    "wi": "WhatIf",
    "cf": "Confirm",
}
"""Aliases of the common parameters (about_CommonParameters)."""

OWN_ALIASES = {
    ("get-service", "cn"): "ComputerName",
    ("get-ciminstance", "class"): "ClassName",
    ("new-item", "type"): "ItemType",
    ("get-childitem", "pspath"): "LiteralPath",
}
"""Aliases of single commands' parameters."""

_MARKED_REQUIRED = {
    "install-csdatabase": {"CentralManagementDatabase", "ConfiguredDatabases", "LocalDatabases"},
    "test-csdatabase": {"CentralManagementDatabase", "ConfiguredDatabases", "LocalService"},
    "uninstall-csdatabase": {"CentralManagementDatabase"},
    "invoke-csmanagementserverfailover": set[str](),
}
"""Switches that the Lync Server 2013 reference requires although the syntax prints them as optional."""

FED_BY_PIPELINE = ("inputobject", "identity")
"""Parameters that the object of a pipeline is bound to, in lower case: the first of them that a command has."""
_SWITCHES = {"Verbose", "Debug", "WhatIf", "Confirm"}
_FQDN = re.compile(
    r"^(?=.{1,255}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$"
)
_ACTIONS = {"silentlycontinue", "stop", "continue", "inquire", "ignore", "suspend"}


@dataclass(frozen=True)
class Bound:
    """A command's parameters by lower-case name, common ones among them, and the parameter set chosen."""

    set_name: str
    values: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name.lower(), default)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.values


def cmdlet_class(name: str) -> str:
    """The .NET class named in fully qualified error ids."""
    plain = name.replace("-", "")
    if "-Smb" in name:
        return name  # a function, made from a CIM definition
    if "-Cs" in name and not name.endswith("-Csv"):
        return f"Microsoft.Rtc.Management.{plain}Cmdlet"
    return f"Microsoft.{'ActiveDirectory.Management' if '-AD' in name else 'PowerShell'}.Commands.{plain}Command"


def marked_required(name: str) -> set[str]:
    """The parameters of a command that are required although its syntax prints them as optional."""
    return _MARKED_REQUIRED.get(name.lower(), set())


def command_not_found(name: str) -> Terminated:
    return Terminated(
        ErrorRecord(
            f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
            "Check the spelling of the name, or if a path was included, verify that the path is correct and try again.",
            "ObjectNotFound",
            "CommandNotFoundException",
            "System.Management.Automation.CommandNotFoundException",
            name,
        )
    )


def bind(syntax: Syntax, arguments: Sequence[Argument], *, piped: bool = False) -> Bound:
    """Bind arguments as PowerShell does; behind a pipe (``piped``) the objects give what identifies them.

    Raises :class:`Terminated` with PowerShell's record when it would refuse.
    """
    named: dict[str, Any] = {}
    positional: list[Any] = []
    table = _names(syntax)
    for name, value in arguments:
        if name is None:
            positional.append(value)
            continue
        parameter = _lookup(syntax, table, name)
        if parameter.lower() in named:
            _refuse(
                syntax,
                f"Cannot bind parameter because parameter '{parameter}' is specified more than once. To provide "
                "multiple values to parameters that can accept multiple values, use the array syntax. For example, "
                '"-parameter value1,value2,value3".',
                "ParameterAlreadyBound",
                parameter,
            )
        named[parameter.lower()] = value
    chosen, values = _resolve(syntax, named, positional, piped=piped)
    kinds = {p.name.lower(): p for p in chosen.parameters}
    converted = {key: _convert(syntax, table[key], kinds.get(key), value) for key, value in values.items()}
    return Bound(chosen.name, converted)


def _names(syntax: Syntax) -> dict[str, str]:
    names = {p.name.lower(): p.name for s in syntax.sets for p in s.parameters}
    return names | {c.lower(): c for c in COMMON}


def _lookup(syntax: Syntax, table: Mapping[str, str], name: str) -> str:
    wanted = name.lstrip("-").rstrip(":").lower()
    if wanted in table:
        return table[wanted]
    alias = OWN_ALIASES.get((syntax.name.lower(), wanted)) or ALIASES.get(wanted)
    if alias and alias.lower() in table:
        return alias
    matches = [table[key] for key in table if key.startswith(wanted)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = " ".join(f"-{m}" for m in matches)
        _refuse(
            syntax,
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
            f"Possible matches include: {listed}.",
            "AmbiguousParameter",
            name,
        )
    return _refuse(
        syntax, f"A parameter cannot be found that matches parameter name '{name}'.", "NamedParameterNotFound", name
    )


def _resolve(
    syntax: Syntax, named: Mapping[str, Any], positional: Sequence[Any], *, piped: bool
) -> tuple[ParameterSet, dict[str, Any]]:
    common = {c.lower() for c in COMMON}
    own = {name for name in named if name not in common}
    fitting = [s for s in syntax.sets if own <= {p.name.lower() for p in s.parameters}]
    if not fitting:
        _ambiguous_set(syntax)
    placed = [(s, dict(named) | _place(s, named, positional)) for s in fitting]
    placed = [(s, v) for s, v in placed if len(v) == len(named) + len(positional)]
    if not placed:
        _refuse(
            syntax,
            f"A positional parameter cannot be found that accepts argument '{positional[-1]}'.",
            "PositionalParameterNotFound",
            str(positional[-1]),
        )
    missing = [(_missing(syntax, s, v, piped=piped), s, v) for s, v in placed]
    ready = [(s, v) for lacking, s, v in missing if not lacking]
    if ready:
        return next(((s, v) for s, v in ready if "(Default)" in s.name), ready[0])
    wanted = {tuple(lacking) for lacking, _, _ in missing}
    default = [lacking for lacking, s, _ in missing if "(Default)" in s.name]
    if len(wanted) > 1 and not default:
        _ambiguous_set(syntax)
    lacking = default[0] if default else missing[0][0]
    return _refuse(
        syntax,
        f"Cannot process command because of one or more missing mandatory parameters: {' '.join(lacking)}.",
        "MissingMandatoryParameter",
    )


def _place(chosen: ParameterSet, named: Mapping[str, Any], positional: Sequence[Any]) -> dict[str, Any]:
    free = [p for p in chosen.parameters if p.position is not None and p.name.lower() not in named]
    free.sort(key=lambda p: p.position or 0)
    return {p.name.lower(): value for p, value in zip(free, positional, strict=False)}


def _missing(syntax: Syntax, chosen: ParameterSet, values: Mapping[str, Any], *, piped: bool) -> list[str]:
    marked = marked_required(syntax.name)
    given = {*values, "inputobject", *(FED_BY_PIPELINE if piped else ())}
    return [p.name for p in chosen.parameters if (p.mandatory or p.name in marked) and p.name.lower() not in given]


def _ambiguous_set(syntax: Syntax) -> NoReturn:
    _refuse(syntax, "Parameter set cannot be resolved using the specified named parameters.", "AmbiguousParameterSet")


def _refuse(syntax: Syntax, message: str, error_id: str, target: str = "") -> NoReturn:
    raise Terminated(
        ErrorRecord(
            message,
            "InvalidArgument",
            f"{error_id},{cmdlet_class(syntax.name)}",
            "System.Management.Automation.ParameterBindingException",
            target,
            syntax.name,
        )
    )


def _convert(syntax: Syntax, name: str, parameter: Parameter | None, value: Any) -> Any:
    kind = parameter.type if parameter else ("" if name in _SWITCHES else "String")
    if name.endswith("Action") and parameter is None:
        return _action(syntax, name, value)
    if kind == "":
        if value is None:  # the name of a switch alone arrives without a value
            return True
        if isinstance(value, bool):
            return value
        _inconvertible(syntax, name, "System.String", "System.Management.Automation.SwitchParameter")
    if kind.endswith("[]"):
        if kind == "Byte[]" and isinstance(value, bytes | bytearray):
            return bytes(value)
        items = list(value) if isinstance(value, list | tuple) else [value]
        return [_scalar(syntax, name, kind[:-2], item) for item in items]
    return _scalar(syntax, name, kind, value)


def _scalar(syntax: Syntax, name: str, kind: str, value: Any) -> Any:
    if value is None or value == "":
        if kind in {"Object", "PSObject"} or "PSListModifier" in kind:
            return value
        empty = "null" if value is None else "an empty string"
        _refuse(
            syntax,
            f"Cannot bind argument to parameter '{name}' because it is {empty}.",
            f"ParameterArgumentValidationError{'Null' if value is None else 'Empty'}StringNotAllowed",
            name,
        )
    if kind == "Boolean" and not isinstance(value, bool | int):  # nor is there any text that it takes
        _inconvertible(syntax, name, "System.String", "System.Boolean")
    enumeration = enumerations.of_parameter(syntax.name, kind)
    if enumeration is not None:
        try:
            return enumeration(value)
        except ValueError as wrong:
            _unconvertible(syntax, name, value, enumeration.name, str(wrong))
    if kind in _CONVERTERS:
        type_name, convert, complaint = _CONVERTERS[kind]
        try:
            return convert(value)
        except (TypeError, ValueError):
            _unconvertible(syntax, name, value, type_name, complaint)
    if kind == "String" and isinstance(value, list | tuple | dict):
        shown = " ".join(str(item) for item in value)
        _inconvertible(syntax, name, shown, "System.String", "Specified method is not supported.")
    return str(value) if kind == "String" else value


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError(value)
    return int(str(value), 10)


def _fqdn(value: Any) -> str:
    text = str(value)
    if not _FQDN.match(text):
        raise ValueError(text)
    return text


def _date(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


_CONVERTERS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "Int32": ("System.Int32", _integer, "Input string was not in a correct format."),
    "UInt16": ("System.UInt16", _integer, "Input string was not in a correct format."),
    "UInt32": ("System.UInt32", _integer, "Input string was not in a correct format."),
    "Boolean": ("System.Boolean", bool, ""),
    "Fqdn": ("Microsoft.Rtc.Management.Deploy.Fqdn", _fqdn, "The value is not a valid fully qualified domain name."),
    "DateTime": ("System.DateTime", _date, "The string was not recognized as a valid DateTime."),
}


def _unconvertible(syntax: Syntax, name: str, value: Any, type_name: str, complaint: str) -> NoReturn:
    """A value of which the conversion fails."""
    text = f'Cannot bind parameter \'{name}\'. Cannot convert value "{value}" to type "{type_name}".'
    _refuse(syntax, f'{text} Error: "{complaint}"', "CannotConvertArgumentNoMessage", name)


def _inconvertible(syntax: Syntax, name: str, shown: str, type_name: str, complaint: str = "") -> NoReturn:
    """A value of a kind that is not converted at all."""
    text = f"Cannot convert '{shown}' to the type '{type_name}' required by parameter '{name}'. {complaint}"
    _refuse(syntax, text, "CannotConvertArgument", name)


def _action(syntax: Syntax, name: str, value: Any) -> str:
    text = {"0": "SilentlyContinue", "1": "Stop", "2": "Continue", "3": "Inquire", "4": "Ignore"}.get(
        str(value), str(value)
    )
    if text.lower() not in _ACTIONS:
        _unconvertible(
            syntax,
            name,
            value,
            "System.Management.Automation.ActionPreference",
            "Unable to match the identifier name to a valid enumerator name. Specify one of the following enumerator "
            "names and try again: SilentlyContinue, Stop, Continue, Inquire, Ignore, Suspend",
        )
    return text
