"""Known vulnerabilities of what is locked, for ``make audit``: ``python -m tests.supply.audit PIP-AUDIT LOCK ...``.

The database is asked over the network. Where it cannot be reached, that is said, and nothing counts as checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

NOT_CHECKED = 2


def main(arguments: Sequence[str]) -> int:
    """0 where nothing is known, 1 where something is, 2 where one of the packages could not be asked about."""
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
            code = NOT_CHECKED
            continue
        known = [(one["name"], one["version"], flaw) for one in found for flaw in one.get("vulns", ())]
        for name, version, flaw in known:
            fixed = ", ".join(flaw.get("fix_versions", ())) or "no version"
            sys.stdout.write(f"{lock}: {name} {version}: {flaw['id']}, fixed in {fixed}\n")
        # One that the index does not know is passed over, and nothing about it is known.
        skipped = [one for one in found if "skip_reason" in one]
        checked = len(found) - len(skipped)
        sys.stdout.write(f"{lock}: {checked} of {len(found)} packages checked, {len(known)} known vulnerabilities\n")
        if skipped:
            names = ", ".join(one["name"] for one in skipped[:6]) + (" …" if len(skipped) > 6 else "")
            sys.stdout.write(f"{lock}: NOT CHECKED: {names}: {skipped[0]['skip_reason'][:300]}\n")
        code = max(code, NOT_CHECKED if skipped else int(bool(known)))
    return code


def _found(text: str) -> list[dict[str, Any]] | None:
    try:
        return list(json.loads(text)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
