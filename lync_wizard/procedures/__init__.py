"""Procedures: runbooks as written, read from YAML with every problem at once (docs/procedure-format.md)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from lync_wizard.core.yaml_document import Problems
from lync_wizard.procedures.expand import options_of
from lync_wizard.procedures.lint import lint
from lync_wizard.procedures.model import ForEach, Library, Procedure, Step
from lync_wizard.procedures.parser import read
from lync_wizard.procedures.shipped import Shipped

__all__ = [
    "ForEach",
    "Library",
    "Procedure",
    "Shipped",
    "Step",
    "lint",
    "load_library",
    "options_of",
    "read",
]


def load_library(folders: Collection[Path], problems: Problems) -> dict[str, Procedure]:
    """All procedures of these folders, later folders replacing earlier ids; every problem of reading at once."""
    library: dict[str, Procedure] = {}
    for folder in folders:
        here: dict[str, Procedure] = {}
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            procedure = read(path, problems)
            if procedure is None:
                continue
            if procedure.id in here:
                other = here[procedure.id].mark
                problems.add(procedure.mark, "id", f"{procedure.id} is in {other.path} too", "Choose another id.")
            here[procedure.id] = procedure
        library |= here
    return library
