"""YAML with line and column for every node, and problems gathered so that all of them are shown at once."""

from lync_wizard.core.yaml_document.edit import update
from lync_wizard.core.yaml_document.load import MAX_BYTES, MAX_DEPTH, content, decoded, load, parse
from lync_wizard.core.yaml_document.mapping import Fields
from lync_wizard.core.yaml_document.problems import Mark, Node, Problem, Problems, did_you_mean

__all__ = [
    "MAX_BYTES", "MAX_DEPTH",
    "Fields", "Mark", "Node", "Problem", "Problems", "content", "decoded", "did_you_mean", "load", "parse", "update",
]  # fmt: skip
