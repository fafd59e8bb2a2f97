"""Known vulnerabilities of what is locked, for ``make audit``: ``python -m tests.supply.audit PIP-AUDIT LOCK ...``.

The database is asked over the network. Where it cannot be reached, that is said, and nothing counts as checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

NOTHING_CHECKED = 2


def main(arguments: Sequence[str]) -> int:
    """0 where nothing is known, 1 where something is, 2 where nobody could be asked."""
    program, *locks = arguments
    code = 0
    for lock in locks:
        asked = subprocess.run(
            [program, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json", "-r", lock],
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        found = _found(asked.stdout)
        if found is None:
            reason = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
            sys.stdout.write(f"{lock}: NOT CHECKED, the database of vulnerabilities did not answer: {reason[:300]}\n")
            code = NOTHING_CHECKED
            continue
        known = [(one["name"], one["version"], flaw) for one in found for flaw in one.get("vulns", ())]
        for name, version, flaw in known:
            fixed = ", ".join(flaw.get("fix_versions", ())) or "no version"
            sys.stdout.write(f"{lock}: {name} {version}: {flaw['id']}, fixed in {fixed}\n")
        sys.stdout.write(f"{lock}: {len(found)} packages, {len(known)} known vulnerabilities\n")
        code = code or int(bool(known))
    return code


def _found(text: str) -> list[dict[str, Any]] | None:
    try:
        return list(json.loads(text)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
