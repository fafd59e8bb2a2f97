"""Fills a step's placeholders: what a procedure says becomes what is sent, and what is missing becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.hosts.command import Command, Copy, from_data, to_data
from lync_wizard.procedures import Step
from lync_wizard.procedures.placeholders import PLACEHOLDER, Missing, Values
from lync_wizard.worksheets import Cell

_DEFAULT_INSTANCE: Final = "default"
"""How worksheets name it."""


@dataclass
class Findings:
    """What filling the steps of a plan brings up: problems, the cells whose values are missing, the values used."""

    problems: Problems
    gaps: list[Cell]
    used: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fill:
    """Replaces placeholders in the texts of one step; what is missing becomes a problem at the place of its use."""

    step: Step
    step_id: str
    values: Values
    findings: Findings
    failed: bool = False

    def text(self, text: str) -> str:
        filled = self._string(text)
        return ", ".join(filled) if isinstance(filled, tuple) else str(filled)

    def plain(self, data: Any) -> Any:
        match data:
            case str():
                filled = self._string(data)
                return list(filled) if isinstance(filled, tuple) else filled
            case dict() | Mapping():
                filled = {key: self.plain(_bare(value)) for key, value in data.items() if not self._left_out(value)}
                return {key: value for key, value in filled.items() if not _default_instance(key, value)}
            case list() | tuple():
                return [self.plain(item) for item in data]
        return data

    def _left_out(self, data: Any) -> bool:
        """Whether a parameter is optional and the target has no value for it."""
        found = PLACEHOLDER.fullmatch(_bare(data)) if _is_optional(data) else None
        return found is not None and isinstance(self.values.get(found[1]), Missing)

    def command(self, template: Command | None) -> Command | None:
        if template is None:
            return None
        data = to_data(template)
        sources = data.get("copy", {}).get("from", "")
        filled = self.plain(data)
        if self.failed:
            return None
        command = from_data(filled)
        if isinstance(command, Copy) and (kind := _artifact_kind(sources)) and kind != "FileStore":
            artifact = self.values.artifact(kind)
            if artifact:
                return replace(command, sha256=artifact.sha256, size=artifact.bytes)
            if self.values.central.rescue_path(kind):
                return replace(command, sha256="")
        return command

    def _string(self, text: str) -> Any:
        whole = PLACEHOLDER.fullmatch(text)
        if whole:
            return self._value(whole[1])
        return PLACEHOLDER.sub(lambda found: self._inline(found[1]), text)

    def _inline(self, name: str) -> str:
        value = self._value(name)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def _value(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, Missing):
            if not name.startswith(("Read:", "Ask:")) and name not in self.values.bound:
                self.findings.used[name] = list(value) if isinstance(value, tuple) else value
            return value
        self.failed = True
        if value.cell and value.cell not in self.findings.gaps:
            self.findings.gaps.append(value.cell)
        where: Mark = next((use.mark for use in self.step.uses if use.name == name), self.step.mark)
        hint = f"Fill in {value.cell}." if value.cell else "Choose a backup set that holds it."
        self.findings.problems.add(where, f"{self.step_id} <{name}>", value.why, hint)
        return ""


def _is_optional(data: Any) -> bool:
    return isinstance(data, Mapping) and set(data) == {"optional"}


def _bare(data: Any) -> Any:
    """The placeholder of an optional value; anything else as it is."""
    return data["optional"] if _is_optional(data) else data


def _default_instance(parameter: str, value: Any) -> bool:
    """Whether a parameter would name the default instance of SQL Server, which has no name: it is left out."""
    return parameter.endswith("SqlInstanceName") and isinstance(value, str) and value.casefold() == _DEFAULT_INSTANCE


def _artifact_kind(source: str) -> str:
    found = PLACEHOLDER.fullmatch(source)
    return found[1].split(":")[1] if found and found[1].startswith("BackupSet:") else ""
