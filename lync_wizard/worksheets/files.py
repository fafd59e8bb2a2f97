"""Filled worksheets on disk: one folder a deployment, in it one folder a pool; comments and key order survive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import reading, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home, write_whole
from lync_wizard.core.yaml_document import Fields, Mark, Node, Problems, did_you_mean, load, update
from lync_wizard.worksheets.cells import SOURCES, Cell, Entry, Source
from lync_wizard.worksheets.entries import Entries, with_defaults
from lync_wizard.worksheets.forms import Field, Worksheet, forms
from lync_wizard.worksheets.values import file_name, fill, host

POOLS: Final = "pools"
"""The key of a deployment's sheet below which the facts of single pools stand, by FQDN."""


@dataclass(frozen=True)
class Recorded:
    """What the files of one deployment hold; ``deployment`` is empty where nothing is recorded yet.

    ``broken``: something else than single values is wrong, so that entries may be absent that the files hold.
    """

    deployment: str
    entries: Entries
    broken: bool = False


def deployments(home: Home) -> list[str]:
    """Names of the recorded deployments."""
    return [folder.name for folder in _folders(home.worksheets)]


def _folders(path: Path) -> list[Path]:
    with reading.readable(path, "Check the rights of that folder."):
        if not path.is_dir():
            return []
        return sorted(
            (f for f in path.iterdir() if f.is_dir() and not f.name.startswith(".")), key=lambda f: f.name.lower()
        )


def _choose(home: Home, deployment: str | None) -> str:
    """The name meant, spelled as its folder; empty where none is recorded and none is named."""
    known = deployments(home)
    if deployment is None:
        if len(known) > 1:
            raise InputError(f"{len(known)} deployments are recorded: {', '.join(known)}", "Name the one you mean.")
        return known[0] if known else ""
    found = next((name for name in known if name.lower() == deployment.lower()), None)
    if found is None:
        hint = did_you_mean(deployment, known) if known else "Run `lync-wizard setup` first."
        raise InputError(f"no deployment {deployment!r} is recorded", hint)
    return found


def read(home: Home, deployment: str | None, problems: Problems) -> Recorded:
    """Everything recorded for a deployment, defaults of the forms included (source ``default``).

    The only deployment need not be named; nothing recorded is an empty result. What is wrong in the files goes to
    ``problems``, and a wrong value is kept with its reason. Raises :class:`InputError` for a name that is not there, or
    where several are and none is named.
    """
    name = _choose(home, deployment)
    if not name:
        return Recorded("", Entries())
    folder = home.worksheets / name
    found = Problems()
    recorded: dict[Cell, Entry] = {}
    pools: list[str] = []
    wrong = 0
    for place, pool in [(folder, None), *((f, f.name) for f in _folders(folder))]:
        if pool is not None:
            _check_pool(pool, place, found)
            pools.append(pool)
        for path, sheet in _sheets(place, pool, found):
            before = len(found)
            entries = read_file(path, sheet.id, pool, found)
            values = sum(not entry.sound for entry in entries.values())
            wrong += values if len(found) > before else 0
            recorded.update(entries)
    problems.extend(found)
    return Recorded(name, with_defaults(forms(), Entries(recorded, tuple(pools))), len(found) > wrong)


def _check_pool(name: str, where: Path, problems: Problems) -> None:
    try:
        host(name)
    except InputError as error:
        problems.add(Mark(str(where), 0, 0), "", error.summary, "Name the folder after the pool's FQDN.")


def _sheets(folder: Path, pool: str | None, problems: Problems) -> Iterable[tuple[Path, Worksheet]]:
    """The worksheet files of a folder in the order of the forms; other YAML files there are problems."""
    belonging = {sheet.id: sheet for sheet in forms() if (sheet.scope == "pool") == (pool is not None)}
    with reading.readable(folder, "Check the rights of that folder."):
        there = {path.stem: path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"}}
    for stem, path in sorted(there.items()):
        if stem not in belonging and not stem.startswith("."):
            hint = did_you_mean(stem, belonging)
            problems.add(Mark(str(path), 0, 0), "", f"is not a worksheet of a {'pool' if pool else 'deployment'}", hint)
    return [(there[name], sheet) for name, sheet in belonging.items() if name in there]


def read_file(path: Path, sheet: str, pool: str | None, problems: Problems, *, shown: str | None = None) -> Entries:
    """The entries of one worksheet file, as written: without defaults."""
    node = load(path, problems, shown=shown)
    return _Reader(forms().sheet(sheet), problems, shown or str(path)).sheet(node, pool) if node else Entries()


class _Reader:
    """Walks one file of one form."""

    def __init__(self, form: Worksheet, problems: Problems, origin: str) -> None:
        self.form = form
        self.problems = problems
        self.origin = origin
        self.entries: dict[Cell, Entry] = {}
        self.pools: dict[str, str] = {}

    def sheet(self, node: Node, pool: str | None) -> Entries:
        top = Fields(node, self.problems, f"worksheet {self.form.id}")
        if self.form.scope == "deployment":
            nested = [row for row in self.form.rows if row.scope == "pool"]
            self.rows(top, [row.id for row in self.form.rows if row not in nested], None)
            by_pool = top.mapping(POOLS) if nested else None
            for name in by_pool.keys if by_pool else ():
                fields = by_pool.mapping(name) if by_pool else None
                if by_pool and fields and self.pool(name, by_pool.where(name)):
                    self.rows(fields, [row.id for row in nested], name)
                    fields.done()
        else:
            self.rows(top, [row.id for row in self.form.rows], pool)
        top.done()
        return Entries(self.entries, tuple(self.pools))

    def pool(self, name: str, where: Mark) -> bool:
        """Whether a key below ``pools`` names a pool not yet read."""
        first = self.pools.get(name.lower())
        if first:
            self.problems.add(where, name, f"is here twice, first as {first}", "Keep one of the two.")
            return False
        self.pools[name.lower()] = name
        try:
            host(name)
        except InputError as error:
            self.problems.add(where, name, error.summary, "Write the FQDN of the pool as the key.")
        return True

    def rows(self, fields: Fields, names: Iterable[str], pool: str | None) -> None:
        for name in names:
            row = self.form.row(name)
            cells = fields.mapping(name)
            if row is None or cells is None:
                continue
            for field in row.fields:
                node = cells.get(field.column)
                if node is not None:
                    entry = self.entry(field, node)
                    if entry is not None:
                        self.entries[field.cell(pool)] = entry
            cells.done()

    def entry(self, field: Field, node: Node) -> Entry | None:
        source: Source = "file"
        at: datetime | None = None
        origin = self.origin
        value: Node | None = node
        if isinstance(node.value, dict):
            detail = Fields(node, self.problems, f"the value of {field.row}/{field.column}")
            value = detail.get("value", required=True)
            named = detail.text("source", choices=SOURCES)
            source = next((s for s in SOURCES if s == named), "file")
            at = self.time(detail)
            origin = detail.text("origin", origin)
            detail.done()
        if value is None:
            return None
        raw = self.raw(field, value)
        if raw is None:
            return None
        entry = fill(field, raw, source, at=at, origin=origin)
        if not entry.sound:
            self.problems.add(value.mark, f"{field.row}/{field.column}", entry.problem, entry.hint)
        return entry

    def time(self, detail: Fields) -> datetime | None:
        text = detail.text("at")
        if not text:
            return None
        try:
            return timestamps.parse_utc(text)
        except ValueError:
            self.problems.add(detail.where("at"), "at", f"{text!r} is not a time", "Write UTC as 2026-01-31T22:15:00Z.")
            return None

    def raw(self, field: Field, node: Node) -> str | tuple[str, ...] | None:
        """A node's value as text or texts, as written; None (and a problem) for what is neither."""
        nodes = node.value if isinstance(node.value, list) else [node]
        texts: list[str] = []
        for item in nodes:
            if isinstance(item.value, (list, dict)):
                self.problems.add(
                    item.mark,
                    f"{field.row}/{field.column}",
                    "must be text",
                    "Write `[one, two]` or one `- item` a line." if field.many else "Write one value after the colon.",
                )
                return None
            texts.append(item.text)
        return tuple(texts) if isinstance(node.value, list) else texts[0]


def write(home: Home, deployment: str | None, changes: Mapping[Cell, Entry | None]) -> None:
    """Set (or with None remove) cells in the files of a deployment; each file is written whole.

    Values of source ``file`` and ``default`` are written plain, others with source, time and origin. A deployment or
    pool that is not there yet is made. Raises :class:`InputError` for an unknown cell or a file that is not valid YAML;
    then nothing is written.
    """
    if not changes:
        return
    name = _name_for_writing(home, deployment)
    by_file: dict[Path, dict[tuple[str, ...], Any]] = {}
    titles: dict[Path, str] = {}
    for cell, entry in changes.items():
        field = forms().field(cell)
        sheet = forms().sheet(cell.sheet)
        if field.scope == "pool" and cell.pool is None:
            raise InputError(f"{cell} is on the sheet of a pool", f"Write the pool before it: POOL:{cell}.")
        folder = home.worksheets / name
        if sheet.scope == "pool" and cell.pool:
            folder = _pool_folder(folder, cell.pool)
        path = _existing(folder / f"{sheet.id}.yaml")
        titles[path] = f"# {sheet.title}{f' of {cell.pool}' if sheet.scope == 'pool' else ''}\n"
        key: tuple[str, ...] = (cell.row, cell.column)
        if sheet.scope == "deployment" and cell.pool:
            key = (POOLS, cell.pool, *key)
        by_file.setdefault(path, {})[key] = None if entry is None else _written(field, entry)
    made = {path: _changed(path, titles[path], keys) for path, keys in by_file.items()}
    for path, data in made.items():
        try:
            write_whole(path, data)
        except OSError as error:
            raise InputError(
                f"cannot write {path}: {error.strerror or error}", "Check free space and rights.", str(error)
            ) from error


def _name_for_writing(home: Home, deployment: str | None) -> str:
    if deployment is None:
        name = _choose(home, None)
        if not name:
            raise InputError("no deployment is recorded yet", "Run `lync-wizard setup`, or name the deployment.")
        return name
    known = next((name for name in deployments(home) if name.lower() == deployment.lower()), None)
    name = known or file_name(deployment)
    if name.startswith("."):
        raise InputError(f"{name!r} cannot name a deployment", "Start the name with a letter.")
    return name


def _pool_folder(folder: Path, pool: str) -> Path:
    """The folder of a pool, whatever its case on disk."""
    name = host(pool)
    return next((f for f in _folders(folder) if f.name.lower() == name), folder / name)


def _existing(path: Path) -> Path:
    other = path.with_suffix(".yml")
    return other if other.exists() and not path.exists() else path


def _written(field: Field, entry: Entry) -> Any:
    def plain(text: str) -> Any:
        if field.kind == "boolean" and text in {"true", "false"}:
            return text == "true"
        if field.kind == "number" and text.isascii() and text.isdigit():
            return int(text)
        return text

    value = plain(entry.value) if isinstance(entry.value, str) else [plain(item) for item in entry.value]
    if entry.source in {"file", "default"}:
        return value
    detail: dict[str, Any] = {"value": value, "source": entry.source}
    if entry.at is not None:
        detail["at"] = timestamps.stamp(entry.at)
    if entry.origin:
        detail["origin"] = entry.origin
    return detail


def _changed(path: Path, title: str, keys: Mapping[tuple[str, ...], Any]) -> bytes:
    """The file's new bytes, every line that does not change as it was."""
    raw = reading.data(path) if path.exists() else title.encode()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text", "Save the file as UTF-8.") from error
    problems = Problems()
    node = load(path, problems) if path.exists() else None
    problems.raise_any(str(path))
    new = update(text, {_spelled(node, key): value for key, value in keys.items()})
    return (b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b"") + new.encode("utf-8")


def _spelled(node: Node | None, key: tuple[str, ...]) -> tuple[str, ...]:
    """The key with its pool spelled as the file has it."""
    if key[0] == POOLS and node is not None and isinstance(node.value, dict) and POOLS in node.value:
        there = node.value[POOLS].value
        if isinstance(there, dict):
            return (POOLS, next((name for name in there if name.lower() == key[1]), key[1]), *key[2:])
    return key
