"""docs/bounds.md says of every bound what the program has, and leaves none out."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import lync_wizard
from lync_wizard.hosts import bounds

DOCUMENT = Path(lync_wizard.__file__).parents[1] / "docs" / "bounds.md"
ROW = re.compile(r"^\| .+? \| (?P<most>[0-9,]+) \| .+? \| `(?P<module>[a-z_.]+)\.(?P<name>[A-Z_]+)` \|$", re.M)


def rows() -> Iterator[tuple[str, str, int]]:
    for row in ROW.finditer(DOCUMENT.read_text("utf-8")):
        yield row["module"], row["name"], int(row["most"].replace(",", ""))


def test_every_bound_is_what_the_page_says() -> None:
    found = list(rows())
    assert len(found) > 30
    for module, name, most in found:
        assert getattr(importlib.import_module(f"lync_wizard.{module}"), name) == most, f"{module}.{name}"


def test_no_bound_of_hosts_is_left_out() -> None:
    listed = {name for module, name, _ in rows() if module == "hosts.bounds"}
    assert listed == {name for name, value in vars(bounds).items() if name.isupper() and isinstance(value, int)}
