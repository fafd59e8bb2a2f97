"""The lab's WinRM endpoint, tested with pypsrp: nothing of the product's own client takes part.

The endpoint runs in a process of its own, because NTLM's user file is process-wide: a client beside it would be let
in without a password.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from pypsrp.complex_objects import ObjectMeta
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.powershell import PowerShell, PSInvocationState, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core.errors import InputError
from lync_wizard.lab.winrm.listener import Endpoint

PASSWORD = "Pa55 wörd of the lab"
BASIC_PASSWORD = "basic-Pa55word"
TIMED_OUT = 2150858793
SHELL_GONE = 2150858843


@dataclass(frozen=True)
class Estate:
    ports: dict[str, int]
    errors: Path

    def wsman(self, host: str = "host00", cls: type[WSMan] = WSMan, **options: Any) -> WSMan:
        settings: dict[str, Any] = {
            "port": self.ports[f"{host}.contoso.com"],
            "username": "CONTOSO\\admin",
            "password": PASSWORD,
            "ssl": False,
            "auth": "negotiate",
        }
        if host == "basic":
            settings |= {"auth": "basic", "password": BASIC_PASSWORD, "encryption": "never"}
        return cls("127.0.0.1", **(settings | options))

    @contextlib.contextmanager
    def pool(self, host: str = "host00", *, runspaces: int = 1, **options: Any) -> Iterator[RunspacePool]:
        with self.wsman(host, **options) as wsman, RunspacePool(wsman, max_runspaces=runspaces) as pool:
            yield pool

    def run(self, cmdlet: str, *values: Any) -> list[Any]:
        with self.pool() as pool:
            return finished(command(pool, cmdlet, *values))


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    folder = tmp_path_factory.mktemp("estate")
    users = folder / "users"

    users.write_text(f"CONTOSO:admin:{PASSWORD}\nCONTOSO:guest:{PASSWORD}\n", encoding="utf-8")
    environment = {**os.environ, "NTLM_USER_FILE": str(users), "PSRP_BASIC_PASSWORD": BASIC_PASSWORD}
    errors = folder / "errors"
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("psrp_estate.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        yield Estate(json.loads(process.stdout.readline()), errors)
        process.stdin.close()
        left = json.loads(process.stdout.readline())
        assert process.wait(20) == 0
        process.stdout.close()
    assert left["opened"] == left["closed"]


def command(pool: RunspacePool, cmdlet: str, *values: Any, **parameters: Any) -> PowerShell:
    shell = PowerShell(pool)
    shell.add_cmdlet(cmdlet)
    for value in values:
        shell.add_argument(value)
    for name, value in parameters.items():
        shell.add_parameter(name, value)
    return shell


def finished(shell: PowerShell) -> list[Any]:
    output = shell.invoke()
    assert shell.state == PSInvocationState.COMPLETED
    return output


def until_output(shell: PowerShell, expected: list[Any]) -> None:
    while shell.output != expected:
        assert shell.state == PSInvocationState.RUNNING
        shell.poll_invoke()


def reset(pool: RunspacePool) -> None:
    """What a client has to do after a lost connection: the security context died with it."""
    transport = pool.connection.transport
    transport.session.close()
    transport.session = None
    transport.encryption = None


def test_every_stream_arrives_and_a_plain_error_leaves_the_pipeline_completed(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Write-Everything")
        assert finished(shell) == ["output text", "after the error"]
    assert [record.message for record in shell.streams.verbose] == ["verbose text"]
    assert [record.message for record in shell.streams.debug] == ["debug text"]
    assert [record.message for record in shell.streams.warning] == ["warning text"]
    assert [record.message_data for record in shell.streams.information] == ["information text"]
    (progress,) = shell.streams.progress
    assert (progress.activity, progress.description, progress.percent_complete) == ("Importing", "3 of 10", 30)
    (error,) = shell.streams.error
    assert str(error) == "no such pool"
    assert error.fq_error == "PoolNotFound,Get-CsPool"
    assert error.message == "ObjectNotFound: (se01:String) [Get-CsPool], RuntimeException"
    assert error.target_object == "se01"
    assert not shell.had_errors


def test_a_terminating_error_fails_the_pipeline_with_its_record(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Stop-Terribly")
        assert shell.invoke() == ["before"]
        assert shell.had_errors
        assert shell.state == PSInvocationState.FAILED
        (error,) = shell.streams.error
        assert (str(error), error.fq_error) == ("A parameter is missing.", "Missing,Stop-Terribly")
        assert error.reason == "ParameterBindingException"
        assert error.exception.types[0] == "System.Management.Automation.ParameterBindingException"
        assert finished(command(pool, "Get-Value")) == [""]


def test_a_bug_of_the_simulation_fails_the_pipeline_instead_of_hanging_it(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Break-Down")
        shell.invoke()
        assert shell.had_errors
        assert "a bug" in str(shell.streams.error[0])
        odd = command(pool, "Stop-Oddly")
        odd.invoke()
        assert str(odd.streams.error[0]) == "An odd category."


def test_values_keep_their_types(estate: Estate) -> None:
    with estate.pool() as pool:
        values = finished(command(pool, "Get-Values"))
        (thing,) = finished(command(pool, "Get-CsPool"))
    assert values[1:8] == [True, 7, -7, 3_000_000_000, -3_000_000_000, 0.1, "ü & <tag> \U0001f600"]
    assert values[8:] == [b"\x00\xff", ["a", 1], {"Key": "value"}, "2013-05-01T12:30:00Z"]
    assert str(thing) == "Pool:se01"
    assert thing.types == ["Microsoft.Rtc.Pool", "System.Object"]
    assert thing.adapted_properties["Fqdn"] == "se01.contoso.com"
    assert thing.adapted_properties["Services"] == ["UserServer", "Registrar"]
    # Remoting goes no deeper: of an object within an object its text arrives.
    assert thing.adapted_properties["Site"] == "@{Name=inner}"


def test_numbers_are_written_as_the_types_powershell_would_use(estate: Estate) -> None:
    with Recorder(estate.ports["basic.contoso.com"]) as recorder, estate.pool("basic", port=recorder.port) as pool:
        finished(command(pool, "Get-Values"))
    for element in (b"<I32>-7</I32>", b"<I64>3000000000</I64>", b"<I64>-3000000000</I64>", b"<Db>0.1</Db>"):
        assert element in readable(recorder.from_host)


def test_arguments_arrive_as_plain_values(estate: Estate) -> None:
    with estate.pool() as pool:
        pool.exchange_keys()
        secret = pool.serialize("hidden", ObjectMeta("SS"))
        shell = command(
            pool, "Show-Arguments", "placed", 2, Text="-Not:a name", Force=True, Empty=None, Password=secret
        )
        shell.add_parameter("-Dashed:", ["a", {"b": False}])
        named, placed = json.loads(finished(shell)[0])
    assert placed == ["placed", 2]
    assert named == {
        "Text": "-Not:a name",
        "Force": True,
        "Empty": None,
        "Password": "Secret 6",
        "Dashed": ["a", {"b": False}],
    }


def test_a_script_is_passed_on_as_one(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = PowerShell(pool)
        shell.add_script("$PSVersionTable")
        assert finished(shell) == ["script: $PSVersionTable"]


def test_twenty_hosts_work_at_the_same_time(estate: Estate) -> None:
    def meet(number: int) -> Any:
        with estate.pool(f"host{number:02}") as pool:
            return finished(command(pool, "Meet-Others"))

    with ThreadPoolExecutor(20) as threads:
        met = list(threads.map(meet, range(20)))
    assert met == [[f"host{number:02}.contoso.com"] for number in range(20)]


def test_five_thousand_records_arrive_in_order(estate: Estate) -> None:
    with estate.pool() as pool:
        records = finished(command(pool, "Get-Records", Count=5000))
    assert [record["Number"] for record in records] == list(range(5000))


def test_output_is_delivered_while_the_pipeline_runs(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Wait-Event", "live")
        shell.begin_invoke()
        until_output(shell, ["waiting"])
        estate.run("Set-Event", "live")
        assert shell.end_invoke() == ["waiting", "done"]


def test_five_megabytes_travel_in_either_direction(estate: Estate) -> None:
    value = b"abc" * (5 * 1024 * 1024 // 3)
    with estate.pool() as pool:
        assert finished(command(pool, "Measure-Value", Value=value)) == [["bytes", len(value), b"abc", b"abc"]]
        assert finished(command(pool, "Get-Large", Length=2_000_000)) == ["x" * 2_000_000]


def test_replies_stay_within_the_clients_envelope(estate: Estate) -> None:
    with Recorder(estate.ports["basic.contoso.com"]) as recorder:
        options = {"port": recorder.port, "max_envelope_size": 20_000}
        with estate.pool("basic", **options) as pool:
            assert finished(command(pool, "Get-Large", Length=200_000)) == ["x" * 200_000]
    sizes = [int(size) for size in re.findall(rb"Content-Length: (\d+)", recorder.from_host)]
    assert 10_000 < max(sizes) <= 20_000


def test_a_stopped_pipeline_ends_and_frees_its_runspace(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Wait-Forever", "stopped")
        shell.begin_invoke()
        until_output(shell, ["waiting"])
        shell.stop()
        assert finished(command(pool, "Get-Event", "stopped")) == [True]
        shell.close()


def test_the_stop_of_a_pipeline_is_told_to_whoever_receives(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Wait-Forever", "signalled")
        shell.begin_invoke()
        until_output(shell, ["waiting"])
        pool.shell.signal("powershell/signal/ctrl_c", shell.id)
        shell.end_invoke()
        assert shell.state == PSInvocationState.STOPPED
        assert "stopped" in str(shell.streams.error[0])


def test_a_silent_pipeline_answers_with_the_time_limits_fault(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Wait-Event", "silent")
        shell.begin_invoke()
        until_output(shell, ["waiting"])
        with pytest.raises(WSManFaultError) as fault:
            pool.shell.receive("stdout", shell.id, timeout=1)
        assert fault.value.code == TIMED_OUT
        estate.run("Set-Event", "silent")
        assert shell.end_invoke() == ["waiting", "done"]


def test_runspaces_keep_their_state_and_pools_do_not_share_it(estate: Estate) -> None:
    with estate.pool() as pool, estate.pool() as other:
        finished(command(pool, "Set-Value", "kept"))
        assert finished(command(pool, "Get-Value")) == ["kept"]
        assert finished(command(other, "Get-Value")) == [""]


def test_a_pool_with_two_runspaces_runs_two_pipelines_and_one_with_one_queues(estate: Estate) -> None:
    with estate.pool(runspaces=2) as pool:
        waiting = command(pool, "Wait-Event", "two")
        waiting.begin_invoke()
        finished(command(pool, "Set-Event", "two"))
        assert waiting.end_invoke() == ["waiting", "done"]
    with estate.pool() as pool:
        waiting, queued = command(pool, "Wait-Event", "one"), command(pool, "Count-Run", "queued")
        waiting.begin_invoke()
        until_output(waiting, ["waiting"])
        queued.begin_invoke()
        assert estate.run("Get-Runs", "queued") == [0]
        estate.run("Set-Event", "one")
        queued.end_invoke()
        assert waiting.end_invoke() == ["waiting", "done"]
    assert estate.run("Get-Runs", "queued") == [1]


def test_a_deleted_shell_is_closed_and_gone(estate: Estate) -> None:
    with estate.pool() as witness, estate.wsman() as wsman:
        (before,) = finished(command(witness, "Get-Closed"))
        pool = RunspacePool(wsman)
        pool.open()
        pool.close()
        assert finished(command(witness, "Get-Closed")) == [before + 1]
        with pytest.raises(WSManFaultError) as fault:
            pool.shell.receive("stdout", timeout=1)
        assert fault.value.code == SHELL_GONE


@pytest.mark.parametrize(("user", "password"), [("CONTOSO\\admin", "wrong"), ("CONTOSO\\nobody", PASSWORD)])
def test_a_wrong_password_or_user_is_refused(estate: Estate, user: str, password: str) -> None:
    with pytest.raises(AuthenticationError), estate.pool(username=user, password=password):
        pass


def test_a_user_without_the_right_is_denied(estate: Estate) -> None:
    with pytest.raises(WSManFaultError) as fault, estate.pool(username="CONTOSO\\guest"):
        pass
    assert fault.value.code == 5


def test_a_shell_belongs_to_the_user_who_opened_it(estate: Estate) -> None:
    with estate.pool() as pool, estate.wsman(username="CONTOSO\\guest") as guest:
        stranger = RunspacePool(guest)
        stranger.shell.id, stranger.shell._selector_set = pool.shell.id, pool.shell._selector_set
        with pytest.raises(WSManFaultError) as fault:
            stranger.shell.receive("stdout", timeout=1)
    assert fault.value.code == 5


def test_a_host_that_is_off_the_network_does_not_answer(estate: Estate) -> None:
    with pytest.raises(requests.exceptions.ConnectionError), estate.pool("dead"):
        pass


def test_after_a_dropped_connection_the_pipeline_is_found_running(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Wait-Event", "dropped", Trouble="drop")
        shell.begin_invoke()
        with pytest.raises(requests.exceptions.ConnectionError):
            shell.poll_invoke()
        with pytest.raises(WinRMTransportError) as stale:
            shell.poll_invoke()
        assert stale.value.code == 400
        reset(pool)
        until_output(shell, ["waiting"])
        estate.run("Set-Event", "dropped")
        assert shell.end_invoke() == ["waiting", "done"]


def test_a_connection_dropped_before_the_command_leaves_it_undone(estate: Estate) -> None:
    with estate.pool() as pool:
        with pytest.raises(requests.exceptions.ConnectionError):
            command(pool, "Count-Run", "before", Trouble="drop-before").begin_invoke()
        reset(pool)
        assert finished(command(pool, "Get-Runs", "before")) == [0]


def test_a_bare_http_500_leaves_the_command_undone(estate: Estate) -> None:
    with estate.pool() as pool:
        with pytest.raises(WinRMTransportError) as failure:
            command(pool, "Count-Run", "http", Trouble="http-500").begin_invoke()
        assert failure.value.code == 500
        assert finished(command(pool, "Get-Runs", "http")) == [0]


def test_a_hanging_host_says_nothing_at_all(estate: Estate) -> None:
    class Impatient(WSMan):
        """Without pypsrp's five silent retries."""

        def invoke(self, *args: Any, retries_on_read_timeout: int = 0, **options: Any) -> ET.Element:
            return super().invoke(*args, **options)

    with estate.pool(cls=Impatient) as pool:
        shell = command(pool, "Count-Run", "hang", Trouble="hang")
        shell.begin_invoke()
        with pytest.raises(requests.exceptions.ReadTimeout):
            shell.poll_invoke(timeout=1)
        reset(pool)
        assert finished(command(pool, "Get-Runs", "hang")) == [1]


def test_a_slow_host_delays_each_reply(estate: Estate) -> None:
    with estate.pool() as pool:
        shell = command(pool, "Get-Value", Trouble="slow")
        began = time.monotonic()
        finished(shell)
        assert time.monotonic() - began >= 0.8


def test_negotiate_encrypts_what_basic_shows(estate: Estate) -> None:
    with Recorder(estate.ports["host00.contoso.com"]) as recorder, estate.pool(port=recorder.port) as pool:
        finished(command(pool, "Write-Everything"))
    sealed = readable(recorder.to_host) + readable(recorder.from_host)
    with Recorder(estate.ports["basic.contoso.com"]) as recorder, estate.pool("basic", port=recorder.port) as pool:
        finished(command(pool, "Write-Everything"))
    plain = readable(recorder.to_host) + readable(recorder.from_host)
    for words in (b"Write-Everything", b"warning text", b"Envelope"):
        assert words in plain
        assert words not in sealed
    assert b"application/HTTP-SPNEGO-session-encrypted" in sealed


def test_unencrypted_messages_under_negotiate_are_refused(estate: Estate) -> None:
    with pytest.raises(WinRMTransportError) as failure, estate.pool(encryption="never"):
        pass
    assert failure.value.code == 500


def test_basic_takes_its_own_users_only(estate: Estate) -> None:
    with estate.pool("basic") as pool:
        assert len(finished(command(pool, "Get-Records", Count=3))) == 3
    with pytest.raises(AuthenticationError), estate.pool("basic", password="wrong"):
        pass
    with estate.pool("basic", auth="negotiate", encryption="always", password=PASSWORD) as pool:
        assert len(finished(command(pool, "Get-Records", Count=3))) == 3


def test_a_shell_that_nobody_closes_ends_with_the_endpoint(estate: Estate) -> None:
    pool = RunspacePool(estate.wsman())
    pool.open()
    shell = command(pool, "Wait-Forever", "left")
    shell.begin_invoke()
    until_output(shell, ["waiting"])
    pool.connection.close()  # the estate's end, where the fixture counts, is what closes it


def test_without_a_user_file_nobody_could_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NTLM_USER_FILE", raising=False)
    nobody: Any = None
    endpoint = Endpoint("host.contoso.com", nobody)
    with pytest.raises(InputError, match="NTLM_USER_FILE"):
        endpoint.start()
    endpoint.stop()


def test_an_unknown_command_and_a_broken_envelope_are_faults(estate: Estate) -> None:
    with estate.pool("basic") as pool:
        with pytest.raises(WSManFaultError) as fault:
            pool.shell.receive("stdout", str(uuid.uuid4()), timeout=1)
        assert fault.value.code == 87
        with pytest.raises(WinRMTransportError) as broken:
            pool.connection.transport.send(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
        assert broken.value.code == 500


def test_the_estate_logged_no_password_and_nothing_broke_but_the_planned_bug(estate: Estate) -> None:
    text = estate.errors.read_text()
    assert BASIC_PASSWORD not in text
    assert PASSWORD not in text
    assert text.count("Traceback") == text.count("ZeroDivisionError: a bug")


def readable(wire: bytes) -> bytes:
    """The bytes of a conversation, with Base64 parts decoded, so that a search finds them."""
    hidden = re.findall(rb">((?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)<", wire)
    return wire + b"".join(base64.b64decode(text) for text in hidden)


class Recorder:
    """A proxy that passes everything on and keeps it."""

    def __init__(self, port: int) -> None:
        self.to_host = b""
        self.from_host = b""
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Recorder:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._target = 0  # the accept that is woken now is the last
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _run(self, target: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if not self._target:
                client.close()
                return
            host = socket.create_connection(("127.0.0.1", self._target))
            for end in (client, host):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._run(self._pass_on, client, host, "to_host")
            self._run(self._pass_on, host, client, "from_host")

    def _pass_on(self, source: socket.socket, sink: socket.socket, kept: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                setattr(self, kept, getattr(self, kept) + data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
