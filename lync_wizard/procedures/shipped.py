"""The shipped procedures, each read when it is first asked for: a command needs a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lync_wizard.core.yaml_document import Problems
from lync_wizard.procedures.model import Procedure
from lync_wizard.procedures.parser import read


class Shipped(Mapping[str, Procedure]):
    """Id → procedure of a folder in which each file bears the id of its procedure.

    Looking one up raises :class:`InputError` where its file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._read: dict[str, Procedure] = {}

    def __getitem__(self, key: str) -> Procedure:
        if key not in self._read:
            problems = Problems()
            found = read(self._files[key], problems)
            problems.raise_any("the procedures")
            if found is None or found.id != key:
                raise KeyError(key)
            self._read[key] = found
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __contains__(self, key: object) -> bool:
        return key in self._files

    def __len__(self) -> int:
        return len(self._files)
