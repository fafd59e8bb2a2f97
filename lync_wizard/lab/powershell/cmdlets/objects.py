"""Where-Object, Select-Object, Measure-Object and Get-Variable: what happens to objects in a pipeline."""

from __future__ import annotations

import fnmatch
import re
from datetime import timedelta
from typing import Any

from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.winrm.contract import Thing

_OPERATORS = (
    "EQ", "NE", "GT", "GE", "LT", "LE", "Like", "NotLike", "Match", "NotMatch", "Contains", "In",
)  # fmt: skip


def property_of(item: Any, name: str) -> Any:
    """A property by name without regard to case; None where the object has none."""
    if isinstance(item, Thing):
        return next((value for key, value in item.properties.items() if key.lower() == name.lower()), None)
    if isinstance(item, dict):
        return next((value for key, value in item.items() if str(key).lower() == name.lower()), None)
    if name.lower() == "length" and isinstance(item, str | bytes):
        return len(item)
    return None


def text_of(value: Any) -> str:
    """As .NET writes it."""
    if isinstance(value, timedelta):
        return f"{value.seconds // 3600 + value.days * 24:02}:{value.seconds // 60 % 60:02}:{value.seconds % 60:02}"
    if isinstance(value, Thing):
        return value.text
    return "" if value is None else str(value)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Both sides as PowerShell compares them: the right one converted to the left one's type, text without case."""
    if isinstance(left, bool):
        return left, right if isinstance(right, bool) else text_of(right) != ""
    if isinstance(left, int | float):
        try:
            return float(left), float(text_of(right))
        except ValueError:
            return str(left), text_of(right)
    return text_of(left).lower(), text_of(right).lower()


def _holds(operator: str, left: Any, right: Any) -> bool:
    if operator.startswith("Not"):
        return not _holds(operator[3:], left, right)
    if operator == "NE":
        return not _holds("EQ", left, right)
    if operator == "Like":
        return fnmatch.fnmatch(text_of(left).lower(), text_of(right).lower())
    if operator == "Match":
        return re.search(text_of(right), text_of(left), re.IGNORECASE) is not None
    if operator in {"Contains", "In"}:
        items, wanted = (left, right) if operator == "Contains" else (right, left)
        listed = items if isinstance(items, list | tuple) else [items]
        return any(_holds("EQ", item, wanted) for item in listed)
    if operator == "EQ" and isinstance(left, list | tuple):
        return any(_holds("EQ", item, right) for item in left)
    if operator == "EQ" and (left is None or right is None):
        return left is right
    a, b = _alike(left, right)
    return bool({"EQ": a == b, "GT": a > b, "GE": a >= b, "LT": a < b, "LE": a <= b}[operator])


@cmdlet("Where-Object")
def where_object(call: Call) -> None:
    operator = next((o for o in _OPERATORS if call.get(o, False)), None)
    for item in call.received:
        value = property_of(item, call.get("Property"))
        if _holds(operator, value, call.get("Value")) if operator else bool(value):
            call.write(item)


@cmdlet("Select-Object")
def select_object(call: Call) -> None:
    items = list(call.received)
    if call.get("First") is not None or call.get("Last") is not None:
        first, last = call.get("First") or 0, call.get("Last") or 0
        items = items[:first] + (items[max(first, len(items) - last) :] if last else [])
    expand = call.get("ExpandProperty")
    if expand:
        values = [property_of(item, expand) for item in items if _has_property(call, item, expand)]
        items = [v for value in values for v in (value if isinstance(value, list) else [value])]
    elif call.get("Property"):
        items = [_selected(item, [str(name) for name in call.get("Property")]) for item in items]
    seen: list[Any] = []
    for item in items:
        if not call.get("Unique", False) or item not in seen:
            seen.append(item)
            call.write(item)


def _has_property(call: Call, item: Any, name: str) -> bool:
    if not isinstance(item, Thing) or any(key.lower() == name.lower() for key in item.properties):
        return True
    call.error(
        f'Property "{name}" cannot be found.',
        "InvalidArgument",
        "ExpandPropertyNotFound",
        exception="System.Management.Automation.PSArgumentException",
    )
    return False


def _selected(item: Any, patterns: list[str]) -> Thing:
    names = list(item.properties) if isinstance(item, Thing) else []
    chosen: dict[str, Any] = {}
    for pattern in patterns:
        found = [n for n in names if fnmatch.fnmatch(n.lower(), pattern.lower())]
        chosen.update({name: property_of(item, name) for name in found or [pattern]})
    kind = item.type_names[0] if isinstance(item, Thing) else "System.Management.Automation.PSCustomObject"
    text = "@{" + "; ".join(f"{name}={text_of(value)}" for name, value in chosen.items()) + "}"
    return Thing((f"Selected.{kind}", "System.Management.Automation.PSCustomObject"), chosen, text)


@cmdlet("Measure-Object")
def measure_object(call: Call) -> None:
    for name in call.get("Property") or [None]:
        values = [item if name is None else property_of(item, name) for item in call.received]
        values = [v for v in values if v is not None]
        numbers = [float(v) for v in values if isinstance(v, int | float)]
        shown: dict[str, Any] = {"Count": len(values), "Average": None, "Sum": None, "Maximum": None, "Minimum": None}
        if numbers:
            results = {"Average": sum(numbers) / len(numbers), "Sum": sum(numbers)}
            results |= {"Maximum": max(numbers), "Minimum": min(numbers)}
            shown.update({key: value for key, value in results.items() if call.get(key, False)})
        shown["Property"] = name
        call.emit("Microsoft.PowerShell.Commands.GenericMeasureInfo", shown)


@cmdlet("Get-Variable")
def get_variable(call: Call) -> None:
    for wanted in call.get("Name") or list(call.variables):
        found = [name for name in call.variables if fnmatch.fnmatch(name.lower(), wanted.lower())]
        if not found and "*" not in wanted:
            call.error(
                f"Cannot find a variable with the name '{wanted}'.",
                "ObjectNotFound",
                "VariableNotFound",
                target=wanted,
                exception="System.Management.Automation.ItemNotFoundException",
            )
        for name in found:
            if call.get("ValueOnly", False):
                call.write(call.variables[name])
            else:
                call.emit("System.Management.Automation.PSVariable", {"Name": name, "Value": call.variables[name]})
