"""A real PowerShell behind the lab's remote shells: one for each, through every wire fault, and none left behind."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypsrp.complex_objects import PSCredential
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core.errors import Denied, InputError
from lync_wizard.core.secret import Secret
from lync_wizard.hosts import Output, text_of
from lync_wizard.hosts.command import Copy, Switch
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from tests.lab.real_powershell.labs import Client, cmdlet, end, gone, powershells, run
from tests.scripts.real_powershell import real_powershell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

SHARE = "\\\\backup01.contoso.com\\LyncBackup"
FAULTS = {
    "fe01": "connection-dropped",
    "fe02": "connection-dropped-before",
    "fe03": "host-hangs",
    "dir01": "http-500",
    "med01": "http-400-after-run",
    "se02": "shell-gone",
    "chat01": "idle-drop",
    "chat02": "slow-host",
}


@pytest.fixture(scope="module", params=["built-in", "real"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Started]:
    pwsh = real_powershell() if request.param == "real" else None
    home = tmp_path_factory.mktemp("lab") / "home"
    faults = [f"{name}@New-Item@{host}.contoso.com" for host, name in FAULTS.items()]
    yield process.start(home, "contoso-ee", seed=7, speed=10_000.0, faults=faults, powershell=pwsh)
    process.stop(home)
    assert gone(home), "a PowerShell outlived its lab"


@pytest.fixture
def client(lab: process.Started) -> Iterator[Client]:
    client = Client(lab)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("host", "state", "ran"),
    [
        ("fe01", "unknown", True),
        ("fe02", "unknown", False),
        pytest.param("dir01", "unknown", False, marks=pytest.mark.thorough),
        pytest.param("med01", "unknown", True, marks=pytest.mark.thorough),
        ("se02", "completed", True),
        pytest.param("chat01", "completed", True, marks=pytest.mark.thorough),
        pytest.param("chat02", "completed", True, marks=pytest.mark.thorough),
    ],
)
def test_a_wire_fault_is_shown_whoever_interprets(client: Client, host: str, state: str, ran: bool) -> None:
    session = client.session(host)
    made = run(session, cmdlet("New-Item", Path=("C:\\made",), ItemType="Directory"))
    assert made.state == state, made
    assert run(session, cmdlet("Test-Path", Path=("C:\\made",))).objects[0].value is ran


def test_a_host_that_says_nothing_more_is_given_up(client: Client) -> None:
    session = client.session("fe03")
    made = run(session, cmdlet("New-Item", Path=("C:\\made",), ItemType="Directory"), operation=3.0, overall=20.0)
    assert made.state == "unknown"


def test_who_may_not_is_refused(client: Client) -> None:
    with pytest.raises(Denied):
        client.session("edge01")
    with pytest.raises(Denied):
        client.session("fe01", password=Secret("another"))


def test_a_file_arrives_whole_by_a_name_with_blanks_signs_and_letters_of_other_alphabets(
    client: Client, lab: process.Started, tmp_path: Path
) -> None:
    folder, name = "C:\\Sicherung & Prüfung\\наборы 日本", "Größe & Maß 100%.bin"
    content = bytes(range(256)) * 5000
    (tmp_path / name).write_bytes(content)
    session = client.session("fe01", resolve=lambda path: tmp_path / name)
    there = Copy(f"{SHARE}\\{name}", f"{folder}\\{name}", size=len(content), sha256=_sha256(content))
    sent = run(session, there)
    assert sent.state == "completed", sent
    found = run(session, cmdlet("Get-ChildItem", Path=(folder,)))
    assert [text_of(record, "FullName") for record in found.objects] == [f"{folder}\\{name}"]
    kept = lab.home / "lab" / "disks" / "fe01.contoso.com" / "C" / "Sicherung & Prüfung" / "наборы 日本" / name
    assert kept.read_bytes() == content
    missing = run(session, Copy(f"{folder}\\Weiß & Co.bin", f"{SHARE}\\x.bin", sha256=""))
    assert missing.state == "failed", missing
    assert f"{folder}\\Weiß & Co.bin" in missing.why + "".join(error.message for error in missing.errors)


def test_a_password_reaches_the_cmdlet_whoever_decrypts_it(lab: process.Started) -> None:
    users = json.loads((lab.home / "lab" / "state.json").read_text("utf-8"))["directory"]["users"].values()
    user = next(one for one in users if one["enabled"] and one["pool"] == "se02.contoso.com")
    wire = WSMan(
        "127.0.0.1", port=lab.hosts["dir01.contoso.com"], ssl=False, auth="negotiate", username="CONTOSO\\lyncadmin",
        password=lab.password.reveal(),
    )  # fmt: skip
    shown = []
    with wire, RunspacePool(wire) as pool:
        pool.exchange_keys()
        for password in (lab.password.reveal(), "another"):
            credential = PSCredential(username=f"CONTOSO\\{user['sam']}", password=password)
            shell = PowerShell(pool).add_cmdlet("Test-CsRegistration").add_parameter("TargetFqdn", user["pool"])
            shell.add_parameter("UserSipAddress", user["sip"]).add_parameter("UserCredential", credential)
            (result,) = shell.invoke()
            shown.append({**result.adapted_properties, **result.extended_properties}["Result"])
    assert shown == ["Success", "Failure"]


class TestReal:
    """What only a lab with a real PowerShell has."""

    @pytest.fixture
    def real(self, tmp_path: Path) -> Iterator[process.Started]:
        home = tmp_path / "home"
        yield process.start(home, seed=7, speed=1.0, powershell=real_powershell())
        process.stop(home)
        assert gone(home), "a PowerShell outlived its lab"

    def test_it_lives_from_the_shells_beginning_to_its_end(self, real: process.Started) -> None:
        client = Client(real)
        assert powershells(real.home) == []
        first = client.session("fe01")
        second = client.session("dc01")
        assert len(powershells(real.home)) == 2
        first.close()
        second.close()
        assert gone(real.home)

    def test_it_ends_with_a_lab_that_is_killed_while_a_command_runs(self, real: process.Started) -> None:
        client = Client(real)
        session = client.session("fe01")
        going = threading.Event()
        runs = threading.Thread(
            target=run,
            args=(session, cmdlet("Export-CsConfiguration", FileName="C:\\x.zip", Verbose=Switch())),
            kwargs={"on_output": lambda _: going.set()},
        )
        runs.start()
        going.wait(20)
        assert len(powershells(real.home)) == 1
        end(real.pid)
        assert gone(real.home)
        runs.join(60)

    def test_a_shell_whose_powershell_died_is_gone_and_the_next_one_serves(self, real: process.Started) -> None:
        session = Client(real).session("fe01")
        (shell,) = powershells(real.home)
        end(shell)
        assert gone(real.home)
        after = run(session, cmdlet("Get-CsPool"))
        assert (after.state, len(after.objects)) == ("completed", 2)
        session.close()

    def test_a_command_stops_within_a_second(self, real: process.Started) -> None:
        session = Client(real).session("fe01")
        run(session, cmdlet("Get-CsPool"))
        cancel = threading.Event()
        begun: list[float] = []

        def stop(said: Output) -> None:
            if not cancel.is_set() and said.stream == "progress":
                begun.append(time.monotonic())
                cancel.set()

        reply = run(session, cmdlet("Invoke-CsManagementStoreReplication"), stop, cancel)
        if not begun:
            reply = run(session, cmdlet("Export-CsConfiguration", FileName="C:\\x.zip"), stop, cancel)
        assert reply.state == "stopped", reply
        assert time.monotonic() - begun[0] < 5.0
        assert run(session, cmdlet("Get-CsPool")).state == "completed"
        session.close()

    def test_a_variable_alone_switches_nothing_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LYNC_WIZARD_PWSH", real_powershell())
        home = tmp_path / "home"
        process.start(home, seed=7)
        try:
            assert LabControl(home).status()["powershell"] is None
        finally:
            process.stop(home)

    def test_auto_takes_the_one_that_the_variable_names(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LYNC_WIZARD_PWSH", real_powershell())
        home = tmp_path / "home"
        process.start(home, seed=7, powershell="auto")
        try:
            assert LabControl(home).status()["powershell"] == real_powershell()
        finally:
            process.stop(home)


@pytest.mark.parametrize("named", ["/nowhere/pwsh", "auto"])
def test_one_that_is_named_and_not_there_is_a_refusal(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYNC_WIZARD_PWSH", "/nowhere/pwsh")
    with pytest.raises(InputError, match="no PowerShell: /nowhere/pwsh is not there"):
        process.start(tmp_path / "home", powershell=named)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
