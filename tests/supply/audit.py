"""Known vulnerabilities of what is locked, for ``make audit``: ``python -m tests.supply.audit PIP-AUDIT LOCK ...``.

The database is asked over the network. Where it cannot be reached, or does not have a package, that is said, and the
package does not count as checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

NOTHING_CHECKED = 2


def main(arguments: Sequence[str]) -> int:
    """0 where nothing is known, 1 where something is, 2 where the database could not be asked about every package."""
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
        # pip-audit passes over what its database does not have, and counts that as sound.
        skipped = [one["name"] for one in found if "skip_reason" in one]
        if skipped:
            reason = next(one["skip_reason"] for one in found if "skip_reason" in one)
            names = ", ".join(skipped[:5]) + (" …" if len(skipped) > 5 else "")
            sys.stdout.write(f"{lock}: {len(skipped)} of {len(found)} packages NOT CHECKED: {names} ({reason[:200]})\n")
            code = NOTHING_CHECKED
        checked = len(found) - len(skipped)
        sys.stdout.write(f"{lock}: {checked} packages checked, {len(known)} known vulnerabilities\n")
        code = code or int(bool(known))
    return code


def _found(text: str) -> list[dict[str, Any]] | None:
    try:
        return list(json.loads(text)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
