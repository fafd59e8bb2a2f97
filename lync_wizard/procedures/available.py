"""The shipped procedures with the operator's own on top: which are replaced, and which of the own cannot be used."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from lync_wizard.core import catalogue
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problem, Problems
from lync_wizard.procedures.expand import used
from lync_wizard.procedures.lint import lint
from lync_wizard.procedures.model import Procedure
from lync_wizard.procedures.parser import read
from lync_wizard.procedures.shipped import Shipped


@dataclass(frozen=True)
class Available:
    """Procedures by id, and the problems of those that cannot be used, by the id they have or would have.

    What is broken is not among ``procedures``, or only as it was shipped.
    """

    procedures: Mapping[str, Procedure]
    broken: Mapping[str, tuple[Problem, ...]]

    def refuse_broken(self, name: str) -> None:
        """Raises :class:`InputError` for a procedure that is broken, or that includes one that is."""
        if not self.broken:
            return
        found = self.procedures.get(name)
        names = {name, *(used(found, self.procedures) if found else ())}
        if broken := sorted(names & self.broken.keys()):
            raise InputError(
                f"{name} cannot be used: {_those(broken)} in the home's procedures folder cannot be read",
                "Fix the file, or move it out of that folder to use the procedure as it was shipped.",
                "\n".join(str(problem) for one in broken for problem in self.broken[one]),
            )

    def told(self) -> list[str]:
        """One line for each that cannot be used."""
        return [
            f"procedure {name} cannot be used: {problems[0].where or name}: {problems[0].message}"
            for name, problems in sorted(self.broken.items())
        ]


def _those(names: Collection[str]) -> str:
    return ", ".join(f"{name}.yaml" for name in names)


def shipped() -> Path:
    """The folder of the procedures that came with the program."""
    return catalogue.data_folder() / "procedures"


def load(own: Path | None, *, checks: Collection[str] = ()) -> Available:
    """Every procedure there is; a broken file of the operator's own stops nothing but its own use.

    Raises :class:`InputError` where the shipped ones are broken. ``checks`` are the ids the catalogue of checks knows.
    """
    if not _files(own):
        return Available(Shipped(shipped()), {})
    problems = Problems()
    library = {one.id: one for path in sorted(shipped().glob("*.yaml")) if (one := read(path, problems))}
    problems.raise_any("the procedures")
    found, broken = _own(own)
    while True:
        judged = Problems()
        whole = library | found
        lint(whole, judged, checks=checks)
        wrong = _by_id(judged, whole)
        mine = wrong.keys() & found.keys()
        if not mine:
            return Available(whole, broken | wrong)
        broken |= {name: wrong[name] for name in mine}
        found = {name: one for name, one in found.items() if name not in mine}


def _own(folder: Path | None) -> tuple[dict[str, Procedure], dict[str, tuple[Problem, ...]]]:
    """The operator's own procedures that can be read, and what is wrong in the others."""
    found: dict[str, Procedure] = {}
    broken: dict[str, tuple[Problem, ...]] = {}
    for path in _files(folder):
        problems = Problems()
        one = read(path, problems)
        name = one.id if one and one.id else path.stem
        if one and name in found:
            message = f"{name} is in {found[name].mark.path} too"
            problems.add(one.mark, "id", message, "Choose another id.")
        if one and not len(problems):
            found[name] = one
        else:
            broken[name] = (*broken.get(name, ()), *problems)
    return {name: one for name, one in found.items() if name not in broken}, broken


def _files(folder: Path | None) -> list[Path]:
    try:
        return sorted(folder.glob("*.yaml")) if folder and folder.is_dir() else []
    except OSError:
        return []


def _by_id(problems: Problems, library: Mapping[str, Procedure]) -> dict[str, tuple[Problem, ...]]:
    names = {one.mark.path: name for name, one in library.items()}
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        name = names.get(problem.where.path, "") if problem.where else ""
        found[name] = (*found.get(name, ()), problem)
    return found


@functools.cache
def _digests() -> Mapping[str, str]:
    return {
        path.stem: hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for path in shipped().glob("*.yaml")
    }


def replaced(contents: Mapping[str, str]) -> list[str]:
    """Of procedures with the SHA-256 of their content those that are shipped and have another content here."""
    return sorted(name for name, digest in contents.items() if _digests().get(name, digest) != digest)
