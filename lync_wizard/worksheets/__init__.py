"""Worksheets: the blank forms, values with their source, what is missing or wrong, and the files they lie in."""

from lync_wizard.worksheets.cells import SOURCES, Cell, Entry, Source, Value
from lync_wizard.worksheets.entries import Entries, missing, with_defaults, wrong
from lync_wizard.worksheets.files import Recorded, deployments, read, read_file, write
from lync_wizard.worksheets.forms import KINDS, SHEETS, Column, Field, Forms, Kind, Row, Scope, Worksheet, forms
from lync_wizard.worksheets.values import check_value, duration, fill

__all__ = [
    "KINDS",
    "SHEETS",
    "SOURCES",
    "Cell",
    "Column",
    "Entries",
    "Entry",
    "Field",
    "Forms",
    "Kind",
    "Recorded",
    "Row",
    "Scope",
    "Source",
    "Value",
    "Worksheet",
    "check_value",
    "deployments",
    "duration",
    "fill",
    "forms",
    "missing",
    "read",
    "read_file",
    "with_defaults",
    "write",
    "wrong",
]
