"""A mapping read key by key, with a problem for whatever is not as it must be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lync_wizard.core.yaml_document.problems import Mark, Node, Problems, did_you_mean


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
        asked = dict.fromkeys(self._asked)
        allowed = list(asked)
        for key in self._values:
            if key not in asked and not self.problems.full:
                where = self._what or "this mapping"
                self.problems.add(self.where(key), key, f"is not a key of {where}", did_you_mean(key, allowed))
