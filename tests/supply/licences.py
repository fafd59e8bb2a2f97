"""``docs/licences.md``: the licence of every package of the locks, from what the installed packages say of themselves.

Packages of other systems are not installed here; their lines are kept as they are, and a new one says so.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from typing import Final

from packaging.requirements import Requirement

from tests.supply.locks import ROOT, pinned

DOCUMENT: Final = ROOT / "docs" / "licences.md"
UNKNOWN: Final = "not installed here: look it up"
_ROW: Final = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<version>\S+) \| (?P<licence>[^|]+) \| (?P<used>[^|]+) \|")
_LONGEST: Final = 60
_HEAD: Final = """\
# Licences of dependencies

Every package of `locks/` with the licence that it names itself. `make licences` writes this page; a test compares it
with what is installed. lync-wizard itself is under the MIT licence. "tests" are packages that no user installs,
"extra NAME" those that come with `pip install lync-wizard[NAME]` only: Kerberos from Linux builds `krb5` and `gssapi`
against the system's own Kerberos library, which this project does not bring.

| package | version | licence | for |
| --- | --- | --- | --- |
"""


def licence_of(name: str) -> str | None:
    """What an installed package says; None for one that is not installed."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := said.get("License-Expression"):
        return str(expression)
    classified = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or () if one.startswith("License ::")]
    text = " ".join((said.get("License") or "").split())
    if text and len(text) <= _LONGEST and text.upper() != "UNKNOWN":
        return text.replace("|", "or")
    return ", ".join(classified) or "names none"


def rows() -> dict[str, tuple[str, str, str]]:
    """Version, licence and use by package, as the page has them."""
    if not DOCUMENT.is_file():
        return {}
    found = _ROW.finditer(DOCUMENT.read_text("utf-8"))
    return {row["name"]: (row["version"], row["licence"], row["used"]) for row in found}


def wanted() -> dict[str, tuple[str, str]]:
    """Version and use by package, as the locks have them."""
    found: dict[str, tuple[str, str]] = {}
    for lock, used in (("developer", "tests"), ("user-with-extras", ""), ("user", "users")):
        found |= {one.name: (one.version, used or _extra(one.name)) for one in pinned(lock)}
    return dict(sorted(found.items()))


def _extra(name: str) -> str:
    """Which extra needs a package that users have only with one."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {Requirement(one).name: extra for extra, asked in extras.items() for one in asked}
    # What no extra names itself comes with pyspnego's Kerberos, which `kerberos` asks pypsrp for.
    return f"extra {named.get(name, 'kerberos')}"


def page() -> str:
    """The page anew."""
    before = rows()
    lines = []
    for name, (version, used) in wanted().items():
        kept = before[name][1] if name in before else UNKNOWN
        lines.append(f"| `{name}` | {version} | {licence_of(name) or kept} | {used} |\n")
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    DOCUMENT.write_text(page(), "utf-8")
    sys.stdout.write("".join(f"{name}: {row[1]}\n" for name, row in rows().items() if row[1] == UNKNOWN))
