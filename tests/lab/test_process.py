"""A real lab process: started, controlled through its socket and over PowerShell Remoting, stopped, reopened."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypsrp.exceptions import AuthenticationError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core.errors import InputError, Refused, Unreachable, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.lab.server import process
from lync_wizard.lab.server.companion import LabActions
from lync_wizard.lab.server.control import LabControl

SE, FE = "se01.contoso.com", "fe01.contoso.com"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "drill"
    for lab in tmp_path.iterdir():
        process.stop(lab)


def _start(home: Path, **options: Any) -> process.Started:
    return process.start(home, **({"seed": 7, "speed": 10_000.0} | options))


def _ask_over_psrp(lab: process.Started, host: str, password: Secret, cmdlet: str) -> list[Any]:
    client = WSMan(
        "127.0.0.1",
        port=lab.hosts[host],
        ssl=False,
        auth="negotiate",
        username="CONTOSO\\lyncadmin",
        password=password.reveal(),
    )
    with client, RunspacePool(client) as pool:
        return list(PowerShell(pool).add_cmdlet(cmdlet).invoke())


def test_a_lab_is_started_worked_on_and_stopped(home: Path) -> None:
    lab = _start(home)
    control = LabControl(home)

    status = control.status()
    assert (status["pid"], status["target"], status["scenario"]) == (lab.pid, SE, "contoso-se")
    assert {host["fqdn"] for host in status["hosts"] if not host["present"]} == {SE}
    verdict = control.verdict()
    assert verdict["verdict"] == "not restored"
    assert f"{SE} is not on the network" in verdict["not_restored"]

    actions = LabActions(home)
    assert "install-windows" in [offer.name for offer in actions.actions()]
    assert "old computer account" in actions.do("install-windows")
    assert "install-windows" not in [offer.name for offer in actions.actions()]
    assert f"{SE} is not on the network" not in control.verdict()["not_restored"]
    with pytest.raises(WizardError, match="green check mark") as refused:
        actions.do("deployment-wizard-step-2")
    assert refused.value.hint

    assert process.stop(home)
    assert process.running(home) is None
    assert not process.stop(home)
    with pytest.raises(Unreachable):
        control.status()


def test_the_start_line_leads_to_hosts_that_answer(home: Path) -> None:
    lab = _start(home)

    (now,) = _ask_over_psrp(lab, FE, lab.password, "Get-Date")

    assert now
    with pytest.raises(AuthenticationError):
        _ask_over_psrp(lab, FE, Secret("wrong"), "Get-Date")


def test_connections_name_every_host_and_the_backup_share(home: Path) -> None:
    import yaml

    lab = _start(home)
    connections = yaml.safe_load(lab.connections.read_text("utf-8"))

    assert connections["environment"] == {"kind": "drill", "id": LabControl(home).status()["environment"]}
    assert {fqdn: host["port"] for fqdn, host in connections["hosts"].items()} == dict(lab.hosts)
    assert connections["accounts"]["lync-admin"]["user"] == "CONTOSO\\lyncadmin"
    share = Path(connections["shares"]["\\\\backup01.contoso.com\\LyncBackup"])
    assert [file for file in share.iterdir() if (file / "manifest.json").is_file()]


def test_a_reopened_lab_goes_on_where_it_was(home: Path) -> None:
    first = _start(home, scenario="contoso-se-kerberos")
    before = LabControl(home).status()
    LabActions(home).do("install-windows")
    process.stop(home)

    second = _start(home)

    after = LabControl(home).status()
    assert (second.hosts, second.password) == (first.hosts, first.password)
    assert after["environment"] == before["environment"]
    assert after["scenario"] == "contoso-se-kerberos"
    assert all(host["present"] for host in after["hosts"])
    assert second.pid != first.pid


def test_a_second_start_in_the_same_home_is_refused(home: Path) -> None:
    lab = _start(home)

    with pytest.raises(Refused, match="runs in"):
        _start(home)
    (home / "lab" / "door.json").rename(home / "lab" / "hidden.json")
    with pytest.raises(Refused, match="runs in") as refused:
        _start(home)

    (home / "lab" / "hidden.json").rename(home / "lab" / "door.json")
    assert refused.value.hint
    assert LabControl(home).status()["pid"] == lab.pid


def test_two_labs_at_once_know_nothing_of_each_other(home: Path) -> None:
    other = home.parent / "other"
    one, two = _start(home), _start(other)

    LabActions(home).do("install-windows")

    assert not set(one.hosts.values()) & set(two.hosts.values())
    assert one.password != two.password
    assert LabControl(home).status()["environment"] != LabControl(other).status()["environment"]
    assert f"{SE} is not on the network" in LabControl(other).verdict()["not_restored"]


_STARTER = """
import sys, pathlib
from lync_wizard.lab.server import process
process.start(pathlib.Path(sys.argv[1]))
print("started", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to kill")
def test_it_outlives_a_starter_that_is_killed_with_its_whole_group(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"started\n"
        os.killpg(starter.pid, signal.SIGKILL)

    assert process.running(home) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send to another process")
def test_a_signal_ends_it_in_order(home: Path) -> None:
    lab = _start(home)
    control = json.loads((home / "lab" / "door.json").read_text("utf-8"))

    with socket.create_connection((control["host"], control["port"]), timeout=60) as conversation:
        os.kill(lab.pid, signal.SIGTERM)
        assert conversation.recv(1) == b""

    assert not (home / "lab" / "door.json").exists()
    assert process.running(home) is None


def test_the_door_opens_for_the_token_only(home: Path) -> None:
    _start(home)
    control = json.loads((home / "lab" / "door.json").read_text("utf-8"))
    lines = [
        b"nonsense",
        b'{"ask": "stop"}',
        b'{"ask": "stop", "token": "x"}',
        b'{"ask": "stop", "token": ["\xc3\xa9"]}',
    ]

    with socket.create_connection((control["host"], control["port"]), timeout=60) as conversation:
        conversation.sendall(b"".join(line + b"\n" for line in lines))
        with conversation.makefile("rb") as replies:
            answers = [json.loads(replies.readline()) for _ in lines]

    assert [answer["ok"] for answer in answers] == [False] * 4
    assert all(answer["hint"] for answer in answers)
    assert process.running(home) is not None


def test_the_password_stands_in_the_users_file_alone(home: Path) -> None:
    secret = Secret("Lab-Passw0rd-of-this-test")
    lab = _start(home, password=secret)
    process.stop(home)

    holders = [
        file.name for file in home.rglob("*") if file.is_file() and secret.reveal().encode() in file.read_bytes()
    ]
    assert lab.password == secret
    assert holders == ["ntlm-users"]
    if sys.platform != "win32":
        assert (home / "lab" / "ntlm-users").stat().st_mode & 0o077 == 0
        assert (home / "lab").stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_refused_until_it_is_set_again(home: Path) -> None:
    first = _start(home, faults=["wrong-password"])
    process.stop(home)
    lab = _start(home)
    assert lab.password == first.password == process.password(home)
    with pytest.raises(AuthenticationError):
        _ask_over_psrp(lab, FE, lab.password, "Get-Date")

    LabActions(home).do("reset-password")

    assert _ask_over_psrp(lab, FE, lab.password, "Get-Date")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"faults": ["connection-droped"]}, "there is no fault called 'connection-droped'"),
        ({"scenario": "contoso-moon"}, "contoso-moon"),
        ({"password": Secret("a:b")}, "cannot take that password"),
    ],
)
def test_what_cannot_be_started_says_why_and_leaves_no_lab(home: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        _start(home, **options)

    assert refused.value.hint
    assert process.running(home) is None
