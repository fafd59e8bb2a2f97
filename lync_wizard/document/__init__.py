"""YAML with line and column for every node, and problems gathered so that all of them are shown at once."""

from lync_wizard.document.amending import update
from lync_wizard.document.fields import Fields
from lync_wizard.document.problems import Mark, Node, Problem, Problems, did_you_mean
from lync_wizard.document.reading import MAX_BYTES, MAX_DEPTH, load, parse

__all__ = [
    "MAX_BYTES", "MAX_DEPTH",
    "Fields", "Mark", "Node", "Problem", "Problems", "did_you_mean", "load", "parse", "update",
]  # fmt: skip
