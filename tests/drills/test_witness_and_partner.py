"""Witness and mirror lost together: the survivor is freed, its mirror made again, the witness last; one lab for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import yaml

from lync_wizard.lab.server import process
from tests.drills.test_drills import run

LOST: Final = "the server is lost and comes back later"
FREE: Final[dict[str, Any]] = {
    "asks": {"lost": "mirror"},
    "accept": {
        f"sql-{check}": LOST
        for check in ("instance-answers", "instance-name", "version", "endpoints", "partners-alike")
    },
}
MIRROR: Final[dict[str, Any]] = {
    "asks": {"begin-at": "mm-bare"},
    "accept": {"sql-endpoints": LOST, "sql-partners-alike": LOST},
}
WITNESS: Final[dict[str, Any]] = {"asks": {"lost": "witness"}}


def test_the_survivor_is_freed_and_gets_back_first_its_mirror_and_then_its_witness(tmp_path: Path) -> None:
    home = tmp_path / "home"
    lab = home / "drills" / "both"
    process.start(lab, "contoso-ee-witness-mirror", speed=400, seed=5)
    try:

        def drill(procedure: str, script: dict[str, Any]) -> dict[str, Any]:
            path = home / f"{procedure}.yaml"
            path.write_text(yaml.safe_dump(script), "utf-8")
            done = run(home, "drill", procedure, "--headless", "--json", "--lab", "both", "--script", str(path))
            said: dict[str, Any] = json.loads(done.stdout)
            assert (said["steps"]["failed"], said["steps"]["skipped"]) == (0, 0), done.stderr
            return said

        freed = drill("restore-witness", FREE)
        assert sorted(freed["not_restored"])[1:] == [
            "sql02.contoso.com is not on the network", "sql03.contoso.com is not on the network",
        ]  # fmt: skip
        mirrored = drill("restore-mirror", MIRROR)
        assert mirrored["not_restored"] == ["sql03.contoso.com is not on the network"]
        assert drill("restore-witness", WITNESS)["verdict"] == "restored"
    finally:
        process.stop(lab)
