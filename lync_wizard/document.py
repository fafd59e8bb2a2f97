"""YAML with line and column for every node, and problems gathered so that all of them are shown at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

from lync_wizard.errors import InputError

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 40

_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_HALVES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; line and column count from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file or a value: where, which key, what (lower case, no full stop), and what to do."""

    where: Mark | None
    key: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        key = f"{self.key}: " if self.key else ""
        return f"{place}{key}{self.message}\n  HINT: {self.hint}"


class Problems:
    """A growing list of problems; nothing is raised until somebody asks."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, where: Mark | None, key: str, message: str, hint: str) -> None:
        problem = Problem(where, key, message, hint)
        if problem not in self._found:
            self._found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found, key=lambda p: (p.where is None, p.where or Mark("", 0, 0))))

    def __len__(self) -> int:
        return len(self._found)

    def raise_any(self, what: str) -> None:
        """Raise one :class:`InputError` that lists every problem; do nothing where there is none."""
        if self._found:
            count = "1 problem" if len(self._found) == 1 else f"{len(self._found)} problems"
            raise InputError(
                f"{count} in {what}", "Mend what is listed and try again.", "\n".join(str(p) for p in self)
            )


@dataclass(frozen=True)
class Node:
    """One YAML node: ``value`` is a str, int, float, bool, None, a list of nodes or a dict of nodes by key.

    ``text`` is a scalar exactly as written. ``keys`` holds where each key of a mapping stands.
    """

    value: Any
    mark: Mark
    text: str = ""
    keys: Mapping[str, Mark] | None = None

    def plain(self) -> Any:
        """The value without marks."""
        match self.value:
            case dict():
                return {key: node.plain() for key, node in self.value.items()}
            case list():
                return [node.plain() for node in self.value]
        return self.value


class _Refusal(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    """Composes only; refuses aliases (a bomb in YAML) and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _Refusal(
                problem="aliases (*name) are not used here", problem_mark=cast(Any, self).peek_event().start_mark
            )
        if self.depth >= MAX_DEPTH:
            raise _Refusal(problem="nested too deeply", problem_mark=cast(Any, self).peek_event().start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    except (ValueError, OverflowError) as error:
        raise _Refusal(problem="an escape names no character", problem_mark=cast(Any, loader).get_mark()) from error
    finally:
        loader.dispose()


def load(path: Path, problems: Problems, *, shown: str | None = None) -> Node | None:
    """Read a YAML file; None and a problem where it cannot be read or parsed. An empty file is an empty mapping."""
    name = shown or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add(
            Mark(name, 1, 1), "", f"cannot be read: {error.strerror or error}", "Check the path and its rights."
        )
        return None
    try:
        return parse(raw.decode("utf-8-sig"), name, problems)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.add(Mark(name, line, 1), "", "is not UTF-8 text", "Save the file as UTF-8.")
        return None


def parse(text: str, name: str, problems: Problems) -> Node | None:
    """Parse YAML text; ``name`` stands in every mark."""
    if len(text) > MAX_BYTES:
        problems.add(Mark(name, 1, 1), "", "is far too large for a worksheet", "Check that this is the right file.")
        return None
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        spot = error.problem_mark or error.context_mark
        mark = Mark(name, spot.line + 1, spot.column + 1) if spot else Mark(name, 1, 1)
        problems.add(mark, "", f"is not valid YAML: {error.problem or error}", "Check indentation, colons and quotes.")
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"holds a character that text has not (U+{ord(text[error.position]):04X})"
        problems.add(Mark(name, line, 1), "", what, "Save the file as plain UTF-8 text.")
        return None
    if root is None:
        return Node({}, Mark(name, 1, 1), keys={})
    return _convert(root, name, problems)


def _convert(node: yaml.Node, name: str, problems: Problems) -> Node:
    mark = Mark(name, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item, name, problems) for item in node.value], mark)
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for key, value in node.value:
            here = Mark(name, key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode):
                problems.add(here, "", "a key must be a plain word", "Write the key as one word before the colon.")
                continue
            if key.value in values:
                problems.add(here, key.value, f"stands here twice, first at {keys[key.value]}", "Keep one of the two.")
                continue
            values[key.value] = _convert(value, name, problems)
            keys[key.value] = here
        return Node(values, mark, keys=keys)
    if not node.tag.startswith("tag:yaml.org,2002:"):
        problems.add(mark, "", f"tag {node.tag} is not used here", "Write the plain value.")
    if _HALVES.search(node.value):
        problems.add(mark, "", "an escape names half a character", "Type the character itself.")
        return Node(None, mark)
    return Node(_scalar(node), mark, str(node.value))


def _scalar(node: yaml.Node) -> Any:
    """Only true, false, null and decimal numbers are special: ``01:00``, ``no`` and dates stay the text they are."""
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and node.style is not None:
        return text
    if text in {"true", "false"}:
        return text == "true"
    if text in {"", "~", "null"}:
        return None
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """The rest of a hint: the nearest allowed spelling, then what is allowed."""
    words = list(allowed)
    by_lower = {w.lower(): w for w in words}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    listed = f"Allowed: {', '.join(words)}." if words else "Nothing is allowed here."
    return f"Did you mean {by_lower[near[0]]}? {listed}" if near else listed


class Fields:
    """Reads a mapping key by key with problems instead of exceptions; :meth:`done` reports keys nobody asked for."""

    def __init__(self, node: Node, problems: Problems, what: str = "") -> None:
        self.node = node
        self.problems = problems
        self._what = what
        self._asked: list[str] = []
        self._values: dict[str, Node] = {}
        if isinstance(node.value, dict):
            self._values = node.value
        else:
            self._wrong(node, what, "must be a mapping of keys to values", "Write `key: value` lines here.")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def keys(self) -> list[str]:
        return list(self._values)

    def _wrong(self, node: Node, key: str, message: str, hint: str) -> None:
        self.problems.add(node.mark, key, message, hint)

    def where(self, key: str) -> Mark:
        """Where ``key`` stands, or the mapping itself where it is missing."""
        return (self.node.keys or {}).get(key, self.node.mark)

    def get(self, key: str, *, required: bool = False) -> Node | None:
        """The node under ``key``; a missing required key is a problem."""
        self._asked.append(key)
        node = self._values.get(key)
        if node is None or node.value is None:
            if required:
                self.problems.add(self.where(key), key, f"is missing in {self._what or 'this mapping'}", f"Add {key}.")
            return None
        return node

    def text(
        self, key: str, default: str = "", *, required: bool = False, choices: Sequence[str] = (), pattern: str = ""
    ) -> str:
        """A scalar as text (numbers and booleans as written)."""
        node = self.get(key, required=required)
        if node is None:
            return default
        if isinstance(node.value, (list, dict)):
            self._wrong(node, key, "must be text", "Write one value after the colon.")
            return default
        if choices and node.text not in choices:
            self._wrong(node, key, f"{node.text!r} is not allowed", did_you_mean(node.text, choices))
            return default
        if pattern and not re.fullmatch(pattern, node.text):
            self._wrong(node, key, f"{node.text!r} does not have the form {pattern}", "Correct the spelling.")
            return default
        return node.text

    def flag(self, key: str, default: bool = False) -> bool:
        node = self.get(key)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self._wrong(node, key, f"{node.text!r} is neither true nor false", "Write true or false.")
            return default
        return node.value

    def number(self, key: str, default: float, *, least: float = 0, most: float = 1e12) -> float:
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            self._wrong(node, key, f"{node.text or 'this'} is not a number", "Write digits only.")
            return default
        if not least <= node.value <= most:
            self._wrong(node, key, f"{node.value} is out of range", f"Write a number from {least:g} to {most:g}.")
            return default
        return node.value

    def nodes(self, key: str, *, required: bool = False) -> list[Node]:
        """The items of a list; one bare value counts as a list of one."""
        node = self.get(key, required=required)
        if node is None:
            return []
        return list(node.value) if isinstance(node.value, list) else [node]

    def texts(self, key: str, *, required: bool = False, choices: Sequence[str] = ()) -> tuple[str, ...]:
        found = []
        for node in self.nodes(key, required=required):
            if isinstance(node.value, (list, dict)):
                self._wrong(node, key, "must be a list of words", "Write `[one, two]` or one `- item` a line.")
            elif choices and node.text not in choices:
                self._wrong(node, key, f"{node.text!r} is not allowed", did_you_mean(node.text, choices))
            else:
                found.append(node.text)
        return tuple(found)

    def mapping(self, key: str, *, required: bool = False) -> Fields | None:
        node = self.get(key, required=required)
        return None if node is None else Fields(node, self.problems, key)

    def mappings(self, key: str, *, required: bool = False) -> list[Fields]:
        return [Fields(node, self.problems, key) for node in self.nodes(key, required=required)]

    def done(self) -> None:
        """Report every key that nobody asked for, with the nearest right spelling."""
        for key in self._values:
            if key not in self._asked:
                allowed = list(dict.fromkeys(self._asked))
                where = self._what or "this mapping"
                self.problems.add(self.where(key), key, f"is not a key of {where}", did_you_mean(key, allowed))


def update(text: str, changes: Mapping[tuple[str, ...], Any]) -> str:
    """YAML ``text`` with the values at the given key paths set (None removes); every other character stays as it is.

    Missing mappings on the way are made; a value may be a scalar, a list or a mapping, and is written in one line.
    Raises :class:`InputError` where the text is no YAML mapping.
    """
    try:
        root = _compose(text)
    except yaml.YAMLError as error:
        raise InputError("the file is not valid YAML", "Mend the file first.", str(error)) from error
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise InputError("the file holds no mapping", "Start the file with `key:` lines.")
    wanted = _Branch()
    for path, value in changes.items():
        place = wanted
        for key in path[:-1]:
            place = place.setdefault(key, _Branch())
        place[path[-1]] = value
    splice = _Splice(text)
    if root is None:
        splice.append(len(text), _block(wanted, 0))
    else:
        splice.mapping(root, wanted)
    return splice.done()


class _Branch(dict[str, Any]):
    """Keys on the way to the values that change; a plain dict is a value."""


def _flow(value: Any) -> str:
    """A value in one line that is right in block and flow context alike."""
    if isinstance(value, _Branch):
        value = _kept(value)
    shown = yaml.safe_dump([value], default_flow_style=True, width=2**31, allow_unicode=True, sort_keys=False)
    return shown.strip()[1:-1]


def _kept(branch: _Branch) -> dict[str, Any]:
    """What a branch adds where nothing of it is there yet; removals and what is left empty by them add nothing."""
    found = {key: _kept(value) if isinstance(value, _Branch) else value for key, value in branch.items()}
    return {
        key: value
        for key, value in found.items()
        if value is not None and (value != {} or not isinstance(branch[key], _Branch))
    }


def _block(branch: _Branch, indent: int) -> list[str]:
    """The lines of new keys; branches are nested, values stand behind their key."""
    lines = []
    for key, value in branch.items():
        if isinstance(value, _Branch):
            inner = _block(value, indent + 2)
            lines += [f"{' ' * indent}{_flow(key)}:", *inner] if inner else []
        elif value is not None:
            lines.append(f"{' ' * indent}{_flow(key)}: {_flow(value)}")
    return lines


class _Splice:
    """Edits of a text by the character positions that its YAML nodes have."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.edits: list[tuple[int, int, str]] = []

    def done(self) -> str:
        pieces = []
        place = 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            pieces += [self.text[place:start], new]
            place = max(place, end)
        return "".join([*pieces, self.text[place:]])

    def mapping(self, node: yaml.MappingNode, wanted: _Branch) -> None:
        if node.flow_style or not node.value:
            self.edits.append((node.start_mark.index, node.end_mark.index, self.flow(node, wanted)))
            return
        there = {key.value: (key, value) for key, value in node.value}
        new = _Branch()
        for name, value in wanted.items():
            if name not in there:
                new[name] = value
                continue
            key, old = there[name]
            if isinstance(value, _Branch) and isinstance(old, yaml.MappingNode) and old.value:
                self.mapping(old, value)
            elif value is None:
                self.remove(key, old)
            elif not isinstance(value, _Branch) or _kept(value):
                self.replace(key, old, _flow(value))
        lines = _block(new, node.start_mark.column)
        if lines:
            self.append(self.end(node), lines)

    def flow(self, node: yaml.MappingNode, wanted: _Branch) -> str:
        """The text of a ``{…}`` with its changes; keys and values that stay keep their spelling."""
        items = []
        left = dict(wanted)
        for key, old in node.value:
            name = self.text[key.start_mark.index : key.end_mark.index]
            value = left.pop(key.value, old)
            if isinstance(value, _Branch) and isinstance(old, yaml.MappingNode):
                items.append(f"{name}: {self.flow(old, value)}")
            elif value is old or (isinstance(value, _Branch) and not _kept(value)):
                items.append(f"{name}: {self.text[old.start_mark.index : old.end_mark.index]}".rstrip())
            elif value is not None:
                items.append(f"{name}: {_flow(value)}")
        items += [f"{_flow(name)}: {_flow(value)}" for name, value in left.items() if _kept(_Branch({name: value}))]
        return "{" + ", ".join(items) + "}"

    def end(self, node: yaml.Node) -> int:
        """Where the last character of a node stands, without the blank lines and comments that follow it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end(last[1] if isinstance(last, tuple) else last)
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:end].rstrip())

    def line_end(self, place: int) -> int:
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found + 1

    def append(self, place: int, lines: list[str]) -> None:
        """New lines below the line of ``place``."""
        below = self.line_end(place)
        first = "" if below == 0 or self.text[below - 1] == "\n" else self.newline
        self.edits.append((below, below, first + "".join(line + self.newline for line in lines)))

    def replace(self, key: yaml.Node, old: yaml.Node, new: str) -> None:
        colon = self.text.index(":", key.end_mark.index) + 1
        if isinstance(old, yaml.CollectionNode) and not old.flow_style and old.value:
            rest = self.line_end(colon)
            self.edits += [(colon, colon, f" {new}"), (rest, max(rest, self.line_end(self.end(old))), "")]
        elif old.start_mark.index == old.end_mark.index:
            self.edits.append((colon, colon, f" {new}"))
        else:
            self.edits.append((old.start_mark.index, self.end(old), new))

    def remove(self, key: yaml.Node, old: yaml.Node) -> None:
        start, end = key.start_mark.index, max(self.end(old), self.text.index(":", key.end_mark.index) + 1)
        line = self.text.rfind("\n", 0, start) + 1
        if self.text[line:start].strip():
            self.replace(key, old, "null")
        else:
            self.edits.append((line, self.line_end(end), ""))
