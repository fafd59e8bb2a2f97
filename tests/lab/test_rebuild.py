"""The complete rebuild of the lost server by actions and cmdlets, checked by the verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import faults
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.powershell.runspace import Runspace
from lync_wizard.lab.scenarios import build, load
from lync_wizard.lab.verdict import restore
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation

SE, FE = "se01.contoso.com", "fe01.contoso.com"
SHARE = "\\\\backup01.contoso.com\\LyncBackup"
BARE = ("install-windows", "restore-certificates", "take-image")
WIZARD = (
    "deployment-wizard-step-1", "deployment-wizard-step-2", "install-update", "deployment-wizard-step-3",
    "deployment-wizard-step-4",
)  # fmt: skip


class Streams:
    """Streams into a list; waiting passes simulated time only."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.written: list[Any] = []
        self.errors: list[ErrorRecord] = []

    def output(self, value: Any) -> None:
        self.written.append(value)

    def error(self, record: ErrorRecord) -> None:
        self.errors.append(record)

    def verbose(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...
    def warning(self, text: str) -> None: ...
    def information(self, text: str) -> None: ...
    def progress(self, activity: str, status: str, percent: int) -> None: ...
    def check(self) -> None: ...

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds


class Clock:
    """The simulation's time."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Trainee:
    """Works through the rebuild as the procedure has it."""

    def __init__(self, folder: Path) -> None:
        build.build("contoso-se", folder, seed=3)
        self.simulation = Simulation.load(folder)
        self.clock = Clock(self.simulation.clock())
        self.simulation.clock = self.clock
        root = self.simulation.locate(SE, SHARE)
        self.backup = f"{SHARE}\\{next(root.iterdir()).name}"

    def do(self, *names: str) -> None:
        for name in names:
            manual_steps.do(self.simulation, name)

    def run(self, host: str, command: str, *words: str, **parameters: Any) -> list[Any]:
        streams = Streams(self.clock)
        arguments = [*((None, word) for word in words), *parameters.items()]
        Runspace(self.simulation, host, "CONTOSO\\lyncadmin").run([Invocation(command, tuple(arguments))], streams)
        assert streams.errors == []
        return streams.written

    def put_registry_back(self) -> None:
        with self.simulation.change() as state:
            saved = load.read("contoso-se")["registry"]
            state.hosts[SE].registry |= {key: dict(values) for key, values in saved.items()}

    def restore_file_store(self) -> None:
        self.run(SE, "robocopy", f"{self.backup}\\FileStore\\{SE}_LyncShare", "C:\\LyncShare", "/E")
        self.run(SE, "net", "share", "LyncShare=C:\\LyncShare", "/GRANT:Administrators,FULL")

    def enable_topology(self) -> None:
        self.run(FE, "Enable-CsTopology")

    def stop(self) -> None:
        self.run(SE, "Stop-CsWindowsService")

    def import_users(self) -> None:
        self.run(SE, "Import-CsUserData", PoolFqdn=SE, FileName=f"{self.backup}\\UserData\\{SE}.zip")

    def start(self) -> None:
        self.run(SE, "Start-CsWindowsService")

    def import_response_groups(self) -> None:
        file = f"{self.backup}\\Rgs\\{SE}.zip"
        self.run(
            SE,
            "Import-CsRgsConfiguration",
            Destination=f"service:ApplicationServer:{SE}",
            OverwriteOwner=True,
            FileName=file,
        )

    def compare(self) -> restore.Verdict:
        for _ in range(3):
            self.clock.now += 3600
            self.simulation.settle()
        return restore.compare(self.simulation.folder, self.simulation.state)

    def rebuild(self, *without: Callable[[Trainee], None]) -> restore.Verdict:
        """Every step in order, some left out where asked for."""
        steps: list[Callable[[Trainee], None]] = [
            lambda trainee: trainee.do(*BARE),
            Trainee.put_registry_back,
            Trainee.restore_file_store,
            Trainee.enable_topology,
            lambda trainee: trainee.do(*WIZARD),
            Trainee.stop,
            Trainee.import_users,
            Trainee.start,
            Trainee.import_response_groups,
        ]
        for step in steps:
            if step not in without:
                step(self)
        return self.compare()


@pytest.fixture
def trainee(tmp_path: Path) -> Trainee:
    return Trainee(tmp_path / "lab")


def test_everything_in_order_restores_the_server(trainee: Trainee) -> None:
    assert trainee.rebuild() == restore.Verdict(True)


def _users(trainee: Trainee) -> list[str]:
    before = restore.snapshot(trainee.simulation.folder)
    return [user.sip.removeprefix("sip:") for user in before.directory.users.values() if user.pool == SE]


def test_an_import_under_running_services_restores_no_contact(trainee: Trainee) -> None:
    verdict = trainee.rebuild(Trainee.stop)

    (contacts,) = [line for line in verdict.not_restored if line.startswith("contacts are missing")]
    assert len(_users(trainee)) == 25
    assert contacts.count("@") == 6
    assert contacts.endswith(" and 19 more")


def test_one_service_left_running_is_enough_to_lose_them(trainee: Trainee) -> None:
    with trainee.simulation.change() as state:
        state.faults.append(faults.parse("services-not-stopped", state.lost[0]))

    assert "contacts are missing" in "\n".join(trainee.rebuild().not_restored)


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ((Trainee.restore_file_store, Trainee.enable_topology), f"files are missing in \\\\{SE}\\LyncShare"),
        ((Trainee.enable_topology,), "the permissions of the file store"),
        ((Trainee.import_users,), "contacts are missing"),
        ((Trainee.start, Trainee.import_response_groups), "services are not running"),
        ((Trainee.import_response_groups,), "Response Group objects are missing"),
    ],
)
def test_a_step_left_out_shows_in_the_verdict(
    trainee: Trainee, left_out: tuple[Callable[[Trainee], None], ...], said: str
) -> None:
    assert said in "\n".join(trainee.rebuild(*left_out).not_restored)
