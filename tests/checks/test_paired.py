"""Every check of every restore on a healthy pair of pools: what stands in the way of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.core.catalogue import data_folder
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build as scenario
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.winrm.auth import USER_FILE
from tests.checks.test_in_the_lab import PASSWORD, StartedLab

CENTRAL, STANDBY = "pool01.contoso.com", "pool02.contoso.com"
TABLE: list[tuple[str, str, dict[str, str]]] = [
    ("restore-archmon", CENTRAL, {}),
    ("restore-archmon", STANDBY, {}),
    ("restore-archmon", "se02.contoso.com", {}),
    (
        "restore-backend",
        CENTRAL,
        {
            "target-alive@sql01": "blocked",
            "target-alive@sql02": "blocked",
            "not-hosting-cms@fe01": "blocked",
        },
    ),
    (
        "restore-backend",
        STANDBY,
        {"target-alive@sql11": "blocked", "target-alive@sql12": "blocked"},
    ),
    (
        "restore-cms",
        CENTRAL,
        {"target-alive@sql01": "blocked", "target-alive@sql02": "blocked", "cms-is-lost@fe01": "blocked"},
    ),
    (
        "restore-cms",
        STANDBY,
        {"target-alive@sql11": "blocked", "target-alive@sql12": "blocked", "cms-is-lost@fe11": "blocked"},
    ),
    ("restore-filestore", CENTRAL, {"target-alive@fs01": "blocked"}),
    ("restore-filestore", STANDBY, {"target-alive@fs11": "blocked"}),
    ("restore-filestore", "se02.contoso.com", {}),
    ("restore-filestore", "chatpool.contoso.com", {"target-alive@fs01": "blocked"}),
    ("restore-member", "fe11.contoso.com", {"target-alive@fe11": "blocked"}),
    ("restore-mirror", CENTRAL, {"target-alive@sql02": "blocked"}),
    ("restore-mirror", STANDBY, {"target-alive@sql12": "blocked"}),
    ("restore-pchat", CENTRAL, {"sql-not-mirrored@chatsql01": "caution"}),
    ("restore-pchat", "chatpool.contoso.com", {"sql-not-mirrored@chatsql01": "caution"}),
    (
        "restore-pool",
        CENTRAL,
        {
            "edge-next-hop@se03": "caution",
            "target-alive@sql01": "blocked",
            "target-alive@sql02": "blocked",
            "target-alive@fe01": "blocked",
            "target-alive@fe02": "blocked",
            "target-alive@fe03": "blocked",
        },
    ),
    (
        "restore-pool",
        STANDBY,
        {
            "edge-next-hop@se04": "caution",
            "target-alive@sql11": "blocked",
            "target-alive@sql12": "blocked",
            "target-alive@fe11": "blocked",
            "target-alive@fe12": "blocked",
            "target-alive@fe13": "blocked",
        },
    ),
    ("restore-pool", "chatpool.contoso.com", {"target-alive@chat01": "blocked", "target-alive@chat02": "blocked"}),
    (
        "restore-primary",
        CENTRAL,
        {"not-hosting-cms@fe01": "blocked", "target-alive@sql01": "blocked"},
    ),
    ("restore-primary", STANDBY, {"target-alive@sql11": "blocked"}),
    ("restore-rgs", CENTRAL, {"rgs-names@fe01": "caution"}),
    ("restore-se", "se02.contoso.com", {"target-alive@se02": "blocked"}),
    ("restore-witness", CENTRAL, {"target-alive@sql03": "blocked"}),
    ("restore-witness", STANDBY, {"target-alive@sql13": "blocked"}),
]
"""Procedure, target, and whatever is neither well nor asked later: check and host → status."""
CENTRAL_CHECKS = {"not-hosting-cms@fe01", "cms-is-lost@fe01"}
QUICK = {("restore-backend", STANDBY), ("restore-primary", STANDBY), ("restore-cms", STANDBY)}
"""Rows that every test run judges beside those where the store stands in the way; `make drills` judges all."""


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedLab]:
    home = tmp_path_factory.mktemp("paired")
    scenario.build("contoso-paired", home / "lab", seed=5)
    write_worksheets(home, home / "lab")
    simulation = Simulation.load(home / "lab", 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER_FILE, "")
        premises = Lab(home, simulation, Identity("x", "contoso-paired", 5, {}), PASSWORD)
        premises.open()
        yield StartedLab(home, simulation)
        premises.close()


@pytest.mark.parametrize(
    ("procedure", "target", "expected"),
    [
        pytest.param(*row, marks=[] if CENTRAL_CHECKS & {*row[2]} or row[:2] in QUICK else pytest.mark.thorough)
        for row in TABLE
    ],
)
def test_what_stands_in_the_way_of_a_restore_of_a_pair(
    procedure: str, target: str, expected: dict[str, str], paired: StartedLab
) -> None:
    found = paired.findings(procedure, target)
    shown = {f"{check}@{host.partition('.')[0]}": one.status for (check, host), one in found.items()}
    assert {key: status for key, status in shown.items() if status not in {"ok", "later"}} == expected
    assert all(one.evidence for one in found.values() if one.status == "ok")


def test_the_table_has_every_restore() -> None:
    shipped = {path.stem for path in Path(data_folder() / "procedures").glob("restore-*.yaml")}
    assert {procedure for procedure, _, _ in TABLE} == shipped
