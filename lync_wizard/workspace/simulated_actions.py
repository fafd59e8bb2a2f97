"""What a drill offers in place of a person who works outside the wizard."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class OfferedAction(Protocol):
    """A simulated action that can be done now."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


class ActionProvider(Protocol):
    """Whoever does manual steps in a drill: a title, the actions possible now, and a way to do one."""

    @property
    def title(self) -> str: ...
    def actions(self) -> Collection[OfferedAction]: ...
    def do(self, name: str) -> str: ...
