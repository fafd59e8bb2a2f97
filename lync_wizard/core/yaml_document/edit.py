"""Single values set in YAML text; every other character stays as it is."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

import yaml

from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document.load import composed

_SHORT: Final = 100
"""Characters; YAML writes a key of more than 128 as ``? key``."""


def update(text: str, changes: Mapping[tuple[str, ...], Any]) -> str:
    """YAML ``text`` with the values at the given key paths set (None removes); every other character stays as it is.

    Missing mappings on the way are made; a value may be a scalar, a list or a mapping, and is written in one line.
    Raises :class:`InputError` where the text is no YAML mapping.
    """
    try:
        root = composed(text)
    except yaml.YAMLError as error:
        raise InputError("the file is not valid YAML", "Fix the file first.", str(error)) from error
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
    match value:
        case str():
            return _shown_text(value)
        case dict() if value and all(map(_is_short_line, (*value, *value.values()))):
            return "{" + ", ".join(f"{_shown_text(key)}: {_shown_text(item)}" for key, item in value.items()) + "}"
    return _shown(value)


def _is_short_line(value: Any) -> bool:
    """Whether PyYAML writes it the same alone and as a key or value of a mapping."""
    return isinstance(value, str) and 0 < len(value) <= _SHORT and value.splitlines() == [value]


@functools.lru_cache(maxsize=1024)
def _shown_text(text: str) -> str:
    """A text as a value; the same few keys, sources and times stand in a file hundreds of times."""
    return _shown(text)


def _shown(value: Any) -> str:
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
