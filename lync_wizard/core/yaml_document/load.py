"""YAML text to nodes with line and column; hostile text becomes problems."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, cast

import yaml

from lync_wizard.core import reading
from lync_wizard.core.yaml_document.problems import Mark, Node, Problems

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 200_000
"""Values of one document; each costs about a thousand bytes of memory."""
_TOO_MANY: Final = f"it has more than {MAX_NODES:,} values"

_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_HALVES: Final = re.compile("[\ud800-\udfff]")


class _Refusal(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    """Composes only; refuses aliases (a bomb in YAML) and deep nesting."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _Refusal(
                problem="aliases (*name) are not used here", problem_mark=cast(Any, self).peek_event().start_mark
            )
        if self.depth >= MAX_DEPTH:
            raise _Refusal(problem="nested too deeply", problem_mark=cast(Any, self).peek_event().start_mark)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refusal(problem=_TOO_MANY, problem_mark=cast(Any, self).peek_event().start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _composed_fast(text: str) -> yaml.Node | None:
    """The same by libyaml, seven times as fast; None for a text that needs the loader which says what is wrong."""
    swift = getattr(yaml, "CSafeLoader", None)
    if swift is None:
        return None
    try:
        depth = nodes = 0
        for event in yaml.parse(text, Loader=swift):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            nodes += isinstance(event, yaml.NodeEvent)
            if nodes > MAX_NODES:
                too_many = cast(Any, event.start_mark)
                break
            if isinstance(event, yaml.AliasEvent) or depth >= MAX_DEPTH:
                return None
        else:
            return yaml.compose(text, Loader=swift)
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    raise _Refusal(problem=_TOO_MANY, problem_mark=cast(Any, too_many))


def composed(text: str) -> yaml.Node | None:
    """The root node of a text; None for an empty one. Raises yaml.MarkedYAMLError with what is wrong."""
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
    raw = content(path, problems, shown=name)
    return None if raw is None else decoded(raw, name, problems)


def content(path: Path, problems: Problems, *, shown: str | None = None) -> bytes | None:
    """The bytes of a file; None and a problem where it cannot be read."""
    try:
        with path.open("rb") as stream:
            # What is longer is refused by its length, and by nothing that reads on without an end.
            return stream.read(4 * MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        what = f"cannot be read: {reading.why(error)}"
        problems.add(Mark(shown or str(path), 1, 1), "", what, "Check the path and its rights.")
        return None


def decoded(raw: bytes, name: str, problems: Problems) -> Node | None:
    """Parse the bytes of a YAML file; None and a problem where they are no UTF-8 or no YAML."""
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
        root = _composed_fast(text) or composed(text)
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
                problems.add(here, key.value, f"is here twice, first at {keys[key.value]}", "Keep one of the two.")
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
    if isinstance(node, yaml.ScalarNode) and node.style:
        return text
    if text in {"true", "false"}:
        return text == "true"
    if text in {"", "~", "null"}:
        return None
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
