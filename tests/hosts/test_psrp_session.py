"""The product's PowerShell Remoting client against the lab's wire and a scripted host in a process of its own."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import Denied, Refused, Unreachable
from lync_wizard.core.secret import MASK, Redactor, Secret
from lync_wizard.hosts import Limits, Output, Reply, identity, silent
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Credential, FileBytes, Pipeline, Program, Switch
from lync_wizard.hosts.get_command import parameters_of
from lync_wizard.hosts.identity import Identity
from lync_wizard.hosts.powershell_session import NO_WALLET, PsrpSession, Wallet, open_session
from lync_wizard.procedures.expectations import Predicate, Test, Verification

PASSWORD = "Pa55 wörd of the host"
SHARE = "\\\\backup01.contoso.com\\LyncBackup"


@dataclass(frozen=True)
class Client:
    """Opens sessions to the scripted hosts and closes them at the end of the test."""

    ports: dict[str, int]
    opened: list[PsrpSession]

    def endpoint(self, host: str = "se01", **settings: Any) -> Endpoint:
        return replace(Endpoint("127.0.0.1", self.ports[host]), **settings)

    def __call__(
        self,
        host: str = "se01",
        user: str = "CONTOSO\\admin",
        password: str = PASSWORD,
        resolve: Callable[[str], Path | None] = lambda _: None,
        expected: Callable[[str], Mapping[str, str]] = lambda _: {},
        wallet: Wallet = NO_WALLET,
        **settings: Any,
    ) -> PsrpSession:
        session = open_session(
            f"{host}.contoso.com",
            self.endpoint(host, **settings),
            Credentials(user, Secret(password)),
            Redactor(),
            resolve=resolve,
            expected=expected,
            wallet=wallet,
        )
        self.opened.append(session)
        return session


def plain_endpoint(port: int, **settings: Any) -> Endpoint:
    return Endpoint(
        address="127.0.0.1", port=port, ssl=False, verify=True, auth="negotiate", delegate=False, **settings
    )


def cmdlet(name: str, **parameters: Any) -> Pipeline:
    return Pipeline((Cmdlet(name, tuple(parameters.items())),))


def run(
    session: PsrpSession,
    command: Command,
    on_output: Callable[[Output], None] = silent,
    cancel: threading.Event | None = None,
    **limits: Any,
) -> Reply:
    return session.run(
        command, limits=Limits(**{"overall": 60.0} | limits), on_output=on_output, cancel=cancel or threading.Event()
    )


def answer(session: PsrpSession, name: str, **parameters: Any) -> Any:
    reply = run(session, cmdlet(name, **parameters))
    assert reply.state == "completed", reply
    return reply.objects[0].value if reply.objects else None


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    # A process of its own: with NTLM_USER_FILE set, a client is let in without a password.
    folder = tmp_path_factory.mktemp("host")
    users = folder / "users"
    users.write_text(f"CONTOSO:admin:{PASSWORD}\nCONTOSO:guest:{PASSWORD}\n", encoding="utf-8")
    environment = {**os.environ, "NTLM_USER_FILE": str(users), "SCRIPTED_BASIC_PASSWORD": "Basic-Pa55word"}
    command = [sys.executable, str(Path(__file__).with_name("scripted_host.py"))]
    with (
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "errors").read_text()
        try:
            yield json.loads(line)
        finally:
            process.stdin.close()
            process.wait(30)


@pytest.fixture
def client(ports: dict[str, int]) -> Iterator[Client]:
    client = Client(ports, [])
    yield client
    for session in client.opened:
        session.close()


# Streams


def test_every_stream_arrives_in_the_order_written(client: Client) -> None:
    heard: list[Output] = []
    reply = run(client(), cmdlet("Write-Everything"), heard.append)
    assert heard == [
        Output("verbose", "verbose text"),
        Output("output", "output text"),
        Output("debug", "debug text"),
        Output("warning", "warning text"),
        Output("information", "information text"),
        Output("progress", "Importing: 3 of 10 (30 %)"),
        Output("error", "no such pool"),
        Output("output", "after the error"),
    ]
    assert reply.state == "completed"
    assert [error.category for error in reply.errors] == ["ObjectNotFound"]
    assert reply.errors[0].error_id == "PoolNotFound,Get-CsPool"
    assert reply.errors[0].command == "Get-CsPool"
    assert heard[6].error == reply.errors[0]
    assert reply.seconds > 0


def test_a_record_is_delivered_while_the_pipeline_runs(client: Client) -> None:
    speaker, helper = client(), client()

    def on_output(output: Output) -> None:
        if output == Output("verbose", "live"):
            run(helper, cmdlet("Set-Event", Event="heard"))

    reply = run(speaker, cmdlet("Say-Live", Event="heard"), on_output)
    assert [item.value for item in reply.objects] == ["answered"]


def test_objects_become_plain_values_and_one_line_of_text(client: Client) -> None:
    heard: list[Output] = []
    pool, blob, table, text, large = run(client(), cmdlet("Get-Objects"), heard.append).objects
    assert pool.properties == {
        "Identity": "se01.contoso.com",
        "Version": 6,
        "Services": ["UserServer", "Registrar"],
        "Site": "Site:Redmond",
        "Blob": b"\x00\x01\x02",
        "Up": True,
        "Nothing": None,
        "Share": 0.5,
    }
    assert pool.text == (
        "Identity: se01.contoso.com; Version: 6; Services: {UserServer, Registrar}; Site: Site:Redmond; "
        "Blob: <3 bytes>; Up: True; Nothing: ; Share: 0.5"
    )
    assert (blob.value, blob.text) == (b"\x00" * 5, "<5 bytes>")
    assert table.properties == {"Key": "value"}
    assert text.value == text.text == "ü _x0041_ \U0001f600\n"
    assert large.value == 5_000_000_000
    assert heard[0].text == pool.text


def test_a_flood_is_shown_whole_and_kept_in_part_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lync_wizard.hosts.bounds.KEPT_OBJECTS", 100)
    heard: list[Output] = []
    reply = run(client(), cmdlet("Write-Many", Count=250), heard.append)
    assert reply.state == "completed"
    assert [item.value for item in reply.objects] == list(range(100))
    assert [each.text for each in heard if each.stream == "output"] == [str(number) for number in range(250)]
    assert any("too many objects" in each.text for each in heard if each.stream == "warning")
    assert "150 more objects" in reply.why
    assert reply.dropped == 150


def test_a_question_whose_answer_is_more_than_is_kept_is_stopped_and_never_judged(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lync_wizard.hosts.bounds.KEPT_OBJECTS", 100)
    session = client()
    reply = run(session, cmdlet("Get-Many", Count=5_000))
    assert reply.state == "failed"
    assert "the answer is not complete" in reply.why
    assert reply.errors[-1].category == "LimitsExceeded"
    question = Verification(cmdlet("Get-Many"), "", "", (Predicate("count", (Test("value", "at_least", 1),)),))
    assert question.judge(reply).answer == "cannot-tell"
    assert answer(session, "Get-Many", Count=1) == 0


# Parameters


def test_parameters_keep_their_types(client: Client) -> None:
    shown = answer(
        client(),
        "Show-Arguments",
        Present=Switch(),
        Absent=Switch(False),
        Null=None,
        Number=7,
        Large=1 << 40,
        Fraction=0.1,
        Names=("a", ("b", 1)),
        Flag=True,
        Text="$(Remove-Item C:\\); 'quoted'",
    )
    assert json.loads(shown) == {
        "Present": ["bool", "True"],
        "Absent": ["bool", "False"],
        "Null": ["NoneType", "None"],
        "Number": ["int", "7"],
        "Large": ["int", str(1 << 40)],
        "Fraction": ["float", "0.1"],
        "Names": ["list", "['a', ['b', 1]]"],
        "Flag": ["bool", "True"],
        "Text": ["str", repr("$(Remove-Item C:\\); 'quoted'")],
    }


def test_a_file_goes_over_as_its_bytes(client: Client, tmp_path: Path) -> None:
    data = os.urandom(700_000)
    file = tmp_path / "Config.zip"
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    session = client()
    assert answer(session, "Measure-Bytes", ByteInput=FileBytes(str(file), len(data), digest)) == digest

    file.write_bytes(data[1:])
    reply = run(session, cmdlet("Measure-Bytes", ByteInput=FileBytes(str(file), len(data), digest)))
    assert reply.state == "failed"
    assert "has changed since the plan was made" in reply.why
    assert "nothing was sent" in reply.why


# Ends


def test_a_terminating_error_is_failed_with_what_was_written_before(client: Client) -> None:
    reply = run(client(), cmdlet("Stop-Terribly"))
    assert reply.state == "failed"
    assert [item.value for item in reply.objects] == ["before"]
    assert [(error.message, error.category) for error in reply.errors] == [
        ("A parameter is missing.", "InvalidArgument")
    ]


@pytest.mark.parametrize("trouble", ["drop", "drop-before", "http-500"])
def test_a_lost_reply_is_unknown_and_the_session_goes_on(client: Client, trouble: str) -> None:
    session = client()
    reply = run(session, cmdlet("Get-CsPool", Trouble=trouble))
    assert reply.state == "unknown"
    assert reply.why
    assert answer(session, "Get-CsPool") == "a pool"


def test_a_change_goes_over_a_connection_that_is_new_or_proven(client: Client) -> None:
    """The host closes each connection as soon as a cmdlet on it has ended; a sealed request on another gets a 400."""
    session, heard = client(), list[Output]()
    for _ in range(3):
        assert answer(session, "Get-CsPool", Trouble="idle-drop") == "a pool"
        assert run(session, cmdlet("Import-CsUserData", Trouble="idle-drop"), heard.append).state == "completed"
    assert not [output for output in heard if output.resent]


def test_a_change_that_the_host_never_started_is_sent_once_more_and_no_oftener(client: Client) -> None:
    session, heard = client(), list[Output]()
    before = json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData")
    reply = run(session, cmdlet("Import-CsUserData", Trouble="shell-gone"), heard.append)
    assert reply.state == "failed"
    assert "nothing was sent" in reply.why
    assert len([output for output in heard if output.resent]) == 1
    assert json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData") == before


def test_a_session_that_is_opened_again_is_another_machine_until_it_was_vetted(client: Client) -> None:
    session, met = client(), list[Identity]()
    first = identity.ask(session)
    assert (first.domain, first.account, first.certificate) == ("contoso.com", "S-1-5-21-1", "")

    def refuse(found: Identity) -> None:
        met.append(found)
        raise Unreachable("that is another machine", "Look at it.")

    before = json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData")
    session.vet = refuse
    reply = run(session, cmdlet("Import-CsUserData", Trouble="shell-gone"))
    assert reply.state == "failed"
    assert reply.why.endswith("nothing else was sent: that is another machine; nothing was sent")
    assert met == [first]
    session.vet = met.append
    assert json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData") == before
    assert met == [first, first]


def test_a_bare_400_proves_nothing(client: Client) -> None:
    session, heard = client(), list[Output]()
    before = json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData")
    assert run(session, cmdlet("Import-CsUserData", Trouble="http-400"), heard.append).state == "unknown"
    assert not [output for output in heard if output.resent]
    assert json.loads(answer(session, "Get-Notes"))["ran"].count("Import-CsUserData") == before + 1


def test_a_silent_host_is_unknown_after_the_time_of_one_exchange(client: Client) -> None:
    reply = run(client(), cmdlet("Get-Many", Count=0, Trouble="hang"), operation=1.0, overall=1.0)
    assert reply.state == "unknown"


def test_a_passed_limit_is_unknown_and_stops_the_command(client: Client) -> None:
    session = client()
    reply = run(session, cmdlet("Wait-Forever"), overall=1.0)
    assert reply.state == "unknown"
    assert "the limit of 1 seconds was passed" in reply.why
    assert [item.value for item in reply.objects] == ["waiting"]
    assert answer(session, "Wait-Event", Event="stopped") is True


def test_cancel_stops_the_command_on_the_host(client: Client) -> None:
    session = client()
    run(session, cmdlet("Clear-Event", Event="stopped"))
    cancel = threading.Event()
    reply = run(session, cmdlet("Wait-Forever"), lambda _: cancel.set(), cancel)
    assert reply.state == "stopped"
    assert answer(session, "Wait-Event", Event="stopped") is True


def test_cancelled_before_it_starts_means_nothing_was_sent(client: Client) -> None:
    session, cancel = client(), threading.Event()
    before = json.loads(answer(session, "Get-Notes"))["ran"]
    cancel.set()
    reply = run(session, cmdlet("Import-CsUserData"), cancel=cancel)
    assert reply.state == "stopped"
    assert json.loads(answer(session, "Get-Notes"))["ran"] == before


def test_a_restarted_host_gets_the_next_command_in_a_new_runspace(client: Client) -> None:
    session, helper = client("sfb"), client()
    assert answer(session, "Get-CsPool") == "a pool"
    imports = json.loads(answer(helper, "Get-Notes"))["imports"]
    run(helper, cmdlet("Restart-Host", Name="sfb"))
    assert answer(session, "Get-CsPool") == "a pool"
    assert json.loads(answer(helper, "Get-Notes"))["imports"] == [*imports, "sfb.contoso.com SkypeForBusiness"]


def test_a_question_that_may_open_nothing_is_not_sent_where_the_runspace_is_gone(client: Client) -> None:
    session, helper = client("sfb"), client()
    assert answer(session, "Get-CsPool") == "a pool"
    assert run(session, cmdlet("Get-CsPool"), may_open=False).state == "completed"
    session.close()
    before = json.loads(answer(helper, "Get-Notes"))["ran"].count("Get-CsPool")
    reply = run(session, cmdlet("Get-CsPool"), may_open=False)
    assert (reply.state, reply.why) == ("failed", "no session is open")
    assert json.loads(answer(helper, "Get-Notes"))["ran"].count("Get-CsPool") == before
    assert answer(session, "Get-CsPool") == "a pool"


def test_a_question_that_may_open_nothing_ends_where_the_host_was_restarted(client: Client) -> None:
    session, helper = client("sfb"), client()
    assert answer(session, "Get-CsPool") == "a pool"
    imports = json.loads(answer(helper, "Get-Notes"))["imports"]
    run(helper, cmdlet("Restart-Host", Name="sfb"))
    assert run(session, cmdlet("Get-CsPool"), may_open=False).state != "completed"
    assert json.loads(answer(helper, "Get-Notes"))["imports"] == imports
    assert answer(session, "Get-CsPool") == "a pool"


def test_what_the_listener_raises_comes_through_and_stops_the_command(client: Client) -> None:
    session = client()
    run(session, cmdlet("Clear-Event", Event="stopped"))

    def on_output(_: Output) -> None:
        raise ZeroDivisionError("a screen broke")

    with pytest.raises(ZeroDivisionError, match="a screen broke"):
        run(session, cmdlet("Wait-Forever"), on_output)
    assert answer(session, "Wait-Event", Event="stopped") is True


# Opening


def test_a_wrong_password_is_denied(client: Client) -> None:
    with pytest.raises(Denied, match="refused the account or its password") as refused:
        client(password="wrong")
    assert refused.value.hint.endswith(".")


def test_an_account_without_the_right_is_denied(client: Client) -> None:
    with pytest.raises(Denied, match="denies it a PowerShell session"):
        client(user="CONTOSO\\guest")


def test_a_refused_port_is_unreachable(client: Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="the connection was refused") as refused:
        client(port=port)
    assert not isinstance(refused.value, Denied)
    assert refused.value.hint.endswith(".")


def test_an_unknown_name_is_unreachable(client: Client) -> None:
    with pytest.raises(Unreachable, match="its name could not be resolved"):
        client(address="se01.invalid")


def test_a_port_without_tls_is_unreachable(client: Client) -> None:
    with pytest.raises(Unreachable, match="TLS could not be agreed on") as refused:
        client(ssl=True)
    assert "ssl: false" in refused.value.hint


def test_basic_without_tls_is_for_loopback_only(client: Client) -> None:
    assert answer(client("basic", password="Basic-Pa55word", auth="basic"), "Get-CsPool") == "a pool"
    with pytest.raises(Denied):
        client("basic", password="other", auth="basic")
    with pytest.raises(Denied, match="cannot send"):
        client("basic", password="日本語版", auth="basic")
    with pytest.raises(Refused, match="would show the password"):
        client("basic", auth="basic", address="192.0.2.1")


# Modules, programs, cmdlets in use


def test_the_module_is_imported_once_and_only_for_its_cmdlets(client: Client) -> None:
    session = client("sfb")
    run(session, cmdlet("Get-Many", Count=1))
    imports = json.loads(answer(session, "Get-Notes"))["imports"]
    heard: list[Output] = []
    run(session, cmdlet("Get-CsPool"), heard.append)
    run(session, cmdlet("Get-CsPool"))
    assert session.module == "SkypeForBusiness"
    assert heard == [Output("output", "a pool")]
    assert json.loads(answer(session, "Get-Notes"))["imports"] == [*imports, "sfb.contoso.com SkypeForBusiness"]


def test_a_host_without_the_module_says_so_itself(client: Client) -> None:
    session = client("bare")
    heard: list[Output] = []
    assert run(session, cmdlet("Get-CsPool"), heard.append).state == "completed"
    assert session.module is None
    assert heard[0].stream == "warning"


def test_get_command_tells_parameters_and_leaves_out_what_is_missing(client: Client) -> None:
    question = Pipeline((Cmdlet("Get-Command", (("Name", ("Get-CsPool", "Get-CsNothing")),)),))
    found = {one.properties["Name"]: parameters_of(one) for one in run(client(), question).objects}
    assert found == {"Get-CsPool": frozenset({"Identity", "Site"})}


def test_a_program_is_judged_by_its_exit_code(client: Client) -> None:
    session = client()
    heard: list[Output] = []
    reply = run(session, Program("tool.exe", ("3",)), heard.append)
    assert (reply.state, reply.exit_code, reply.errors) == ("completed", 3, ())
    assert heard == [Output("output", "one line"), Output("error", "said on standard error")]
    missing = run(session, Program("nothing.exe"))
    assert (missing.state, missing.exit_code) == ("failed", None)
    assert "not recognized" in missing.errors[0].message


# Copies


def at(folder: Path) -> Callable[[str], Path | None]:
    def resolve(path: str) -> Path | None:
        rest = path.removeprefix(SHARE)
        return None if rest == path else folder.joinpath(*rest.strip("\\").split("\\"))

    return resolve


def disk(session: PsrpSession) -> dict[str, str]:
    return dict(json.loads(answer(session, "Get-Disk")))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_file_is_carried_in_chunks_and_compared(client: Client, tmp_path: Path) -> None:
    data = os.urandom((2 << 20) + 5)
    (tmp_path / "Set").mkdir()
    (tmp_path / "Set" / "Config.zip").write_bytes(data)
    session = client(resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    heard: list[Output] = []
    command = Copy(f"{SHARE}\\Set\\Config.zip", "C:\\Rescue\\Config.zip", (), sha256(data), len(data))
    reply = run(session, command, heard.append)
    assert (reply.state, reply.exit_code) == ("completed", 1), reply
    assert disk(session) == {"C:\\Rescue\\Config.zip": sha256(data)}
    assert [each.text for each in heard if each.stream == "progress"] == [
        "Config.zip: 1.0 MB of 2.0 MB (49 %)",
        "Config.zip: 2.0 MB of 2.0 MB (99 %)",
        "Config.zip: 2.0 MB of 2.0 MB (100 %)",
    ]


def test_a_file_that_is_not_the_sets_is_not_put_in_place(client: Client, tmp_path: Path) -> None:
    (tmp_path / "Config.zip").write_bytes(b"edited")
    session = client(resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    reply = run(session, Copy(f"{SHARE}\\Config.zip", "C:\\Rescue\\Config.zip", (), sha256(b"origin"), 6))
    assert reply.state == "failed"
    assert "not the backup set's file" in reply.why
    assert disk(session) == {}


def test_a_file_that_arrives_changed_is_not_put_in_place(client: Client, tmp_path: Path) -> None:
    (tmp_path / "Config.zip").write_bytes(b"origin")
    session = client(resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    run(session, cmdlet("Set-Event", Event="corrupt"))
    try:
        reply = run(session, Copy(f"{SHARE}\\Config.zip", "C:\\Rescue\\Config.zip", (), sha256(b"origin"), 6))
    finally:
        run(session, cmdlet("Clear-Event", Event="corrupt"))
    assert reply.state == "failed"
    assert "arrived with another SHA-256" in reply.why
    assert disk(session) == {}


def test_a_folder_is_carried_without_the_excluded(client: Client, tmp_path: Path) -> None:
    for name, data in {"a.txt": b"a", "sub/b.txt": b"", "sub/Meeting.Active": b"locked"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "empty").mkdir()
    session = client(resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    reply = run(session, Copy(SHARE, "D:\\Share", ("meeting.active",)))
    assert reply.state == "completed", reply
    assert disk(session) == {
        "D:\\Share\\a.txt": sha256(b"a"),
        "D:\\Share\\sub\\b.txt": sha256(b""),
        "D:\\Share\\empty\\": sha256(b""),
    }


@pytest.mark.parametrize("delegate", [True, False])
def test_a_folder_of_a_set_is_compared_on_the_host(client: Client, tmp_path: Path, delegate: bool) -> None:
    """Nothing is trusted but what the host reads from its own disk; what is left out is not asked for."""
    held = {"a.txt": sha256(b"a"), "sub\\b.txt": sha256(b"bb"), "sub\\Meeting.Active": sha256(b"locked")}
    for name, data in {"a.txt": b"a", "sub/b.txt": b"bb"}.items():
        (tmp_path / "Set" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "Set" / name).write_bytes(data)
    session = client(
        resolve=at(tmp_path), expected=lambda folder: held if folder == f"{SHARE}\\Set" else {}, delegate=delegate
    )
    run(session, cmdlet("Clear-Disk"))
    if delegate:
        run(session, cmdlet("Set-Disk", Path="D:\\Share\\a.txt", Bytes=file_of(tmp_path, b"a")))
        run(session, cmdlet("Set-Disk", Path="D:\\Share\\sub\\b.txt", Bytes=file_of(tmp_path, b"bb")))
    heard: list[Output] = []
    command = Copy(f"{SHARE}\\Set", "D:\\Share", ("meeting.active",))
    assert run(session, command, heard.append).state == "completed"
    assert "2 files in D:\\Share have the set's SHA-256" in [one.text for one in heard]
    held["sub\\b.txt"] = sha256(b"another")
    reply = run(session, command)
    assert reply.state == "failed"
    assert "in D:\\Share, other SHA-256 than in the backup set: 1 file: sub\\b.txt" in reply.why


def test_a_folder_is_fetched_from_the_host(client: Client, tmp_path: Path) -> None:
    data = os.urandom((1 << 20) + 7)
    session = client(resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    run(session, cmdlet("Set-Disk", Path="D:\\Share\\1\\x.bin", Bytes=file_of(tmp_path, data)))
    run(session, cmdlet("Set-Disk", Path="D:\\Other\\y.bin", Bytes=file_of(tmp_path, b"other")))
    reply = run(session, Copy("D:\\Share", f"{SHARE}\\FileStore", ()))
    assert reply.state == "completed", reply
    assert [path.name for path in (tmp_path / "FileStore").rglob("*") if path.is_file()] == ["x.bin"]
    assert (tmp_path / "FileStore" / "1" / "x.bin").read_bytes() == data


def file_of(folder: Path, data: bytes) -> FileBytes:
    path = folder / "parameter.bin"
    path.write_bytes(data)
    return FileBytes(str(path), len(data), sha256(data))


def test_a_cancelled_copy_leaves_nothing_behind(client: Client, tmp_path: Path) -> None:
    (tmp_path / "big.bin").write_bytes(bytes(3 << 20))
    session, cancel = client(resolve=at(tmp_path)), threading.Event()
    run(session, cmdlet("Clear-Disk"))
    command = Copy(f"{SHARE}\\big.bin", "C:\\big.bin", (), sha256(bytes(3 << 20)), 3 << 20)
    reply = run(session, command, lambda output: cancel.set() if output.stream == "progress" else None, cancel)
    assert reply.state == "stopped"
    assert disk(session) == {}


def test_a_share_nobody_reaches_is_refused_in_words(client: Client) -> None:
    reply = run(client(), Copy(f"{SHARE}\\Set", "D:\\Share"))
    assert reply.state == "failed"
    assert SHARE in reply.why
    assert "delegate: true" in reply.why


def test_with_the_hop_robocopy_runs_on_the_host(client: Client) -> None:
    session = client(delegate=True)
    reply = run(session, Copy(f"{SHARE}\\Set\\FileStore", "D:\\Share\\", ("Meeting.Active",)))
    assert (reply.state, reply.exit_code) == ("completed", 1)
    failed = run(session, Copy(f"{SHARE}\\missing", "D:\\Share"))
    assert (failed.state, failed.exit_code) == ("failed", 16)
    arguments = json.loads(answer(session, "Get-Notes"))["sent"][-2]
    assert arguments[:2] == [f"{SHARE}\\Set\\FileStore", "D:\\Share"]
    assert {"/E", "/COPY:DATSO", "/DCOPY:T", "/R:2", "/W:5"} < set(arguments)
    assert arguments[-2:] == ["/XF", "Meeting.Active"]


def test_with_the_hop_a_single_file_is_compared_on_the_host(client: Client, tmp_path: Path) -> None:
    session = client(delegate=True)
    run(session, cmdlet("Set-Disk", Path="C:\\Rescue\\Config.zip", Bytes=file_of(tmp_path, b"zip")))
    command = Copy(f"{SHARE}\\Set\\Config.zip", "C:\\Rescue\\Config.zip", (), sha256(b"zip"), 3)
    assert run(session, command).state == "completed"
    assert json.loads(answer(session, "Get-Notes"))["sent"][-1][:3] == [f"{SHARE}\\Set", "C:\\Rescue", "Config.zip"]
    wrong = run(session, replace(command, sha256=sha256(b"other")))
    assert wrong.state == "failed"


@pytest.mark.parametrize("delegate", [True, False])
def test_a_single_file_that_nobody_has_seen_yet_is_copied_as_it_is(
    client: Client, tmp_path: Path, delegate: bool
) -> None:
    (tmp_path / "Config.zip").write_bytes(b"fresh")
    session = client(delegate=delegate, resolve=at(tmp_path))
    run(session, cmdlet("Clear-Disk"))
    assert run(session, Copy(f"{SHARE}\\Config.zip", "C:\\Rescue\\Config.zip", (), "")).state == "completed"
    if delegate:
        sent = json.loads(answer(session, "Get-Notes"))["sent"][-1]
        assert sent[:3] == [SHARE, "C:\\Rescue", "Config.zip"]
    else:
        assert disk(session) == {"C:\\Rescue\\Config.zip": sha256(b"fresh")}


# Somebody else's credential


class Pockets:
    """A wallet with one password for everybody; it notes what is asked of it."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.asked: list[str] = []
        self.forgotten: list[str] = []

    def given(self, user: str) -> Secret:
        self.asked.append(user)
        return Secret(self.password)

    def forget(self, user: str) -> None:
        self.forgotten.append(user)


def test_a_credential_arrives_whole_and_only_its_user_is_in_the_command(client: Client) -> None:
    wallet = Pockets("Tést-Pa55word of anna")
    session = client(wallet=wallet)
    command = cmdlet("Show-Credential", UserCredential=Credential("CONTOSO\\anna"))
    said = json.loads(run(session, command).objects[0].value)
    assert said == ["CONTOSO\\anna", sha256(wallet.password.encode())]
    assert wallet.asked == ["CONTOSO\\anna"]
    assert wallet.password not in f"{command} {session.__dict__}"
    assert wallet.forgotten == []


def test_a_credential_goes_over_again_after_the_shell_is_gone(client: Client) -> None:
    session = client(wallet=Pockets("Tést-Pa55word"))
    command = cmdlet("Show-Arguments", UserCredential=Credential("CONTOSO\\anna"))
    assert run(session, command).state == "completed"
    session.close()
    assert run(session, command).state == "completed"


def test_a_password_with_which_a_command_fails_is_asked_for_anew(client: Client) -> None:
    wallet = Pockets("Tést-Pa55word")
    session = client(wallet=wallet)
    command = cmdlet("Stop-Terribly", UserCredential=Credential("CONTOSO\\anna"))
    assert run(session, command).state == "failed"
    assert wallet.forgotten == ["CONTOSO\\anna"]


def test_without_a_password_nothing_is_sent(client: Client) -> None:
    reply = run(client(), cmdlet("Show-Arguments", UserCredential=Credential("CONTOSO\\anna")))
    assert (reply.state, reply.objects) == ("failed", ())
    assert reply.why == "no password for CONTOSO\\anna is available; nothing was sent"


# Many at once, and nothing said aloud


def test_ten_sessions_in_parallel(client: Client) -> None:
    def ask(_: int) -> Any:
        session = client()
        return run(session, cmdlet("Meet-Others")).objects[0].value

    with ThreadPoolExecutor(10) as threads:
        assert list(threads.map(ask, range(10))) == ["met"] * 10


def test_no_secret_leaves_the_client(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("pypsrp.wsman", "pypsrp.powershell", "urllib3.connectionpool", "spnego"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        session = client()
        heard: list[Output] = []
        reply = run(session, cmdlet("Show-Arguments", Note=f"pw={PASSWORD}"), heard.append)
        failed = run(session, cmdlet(f"No-{PASSWORD}"), heard.append)
    finally:
        for name in ("pypsrp.wsman", "pypsrp.powershell", "urllib3.connectionpool", "spnego"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    everything = f"{reply} {failed} {heard} {session.__dict__}"
    assert PASSWORD not in everything
    assert MASK in everything
    assert "rsp:" not in caplog.text
    assert PASSWORD not in caplog.text
