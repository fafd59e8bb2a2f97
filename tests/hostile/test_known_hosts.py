"""An account shows itself only to a host that a person has agreed to, whatever a topology names."""

from __future__ import annotations

import ast
import io
import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations, product
from pathlib import Path

import pytest
import yaml

from lync_wizard.cli import main
from lync_wizard.core.prompts import Prompts, through
from lync_wizard.hosts.addresses import AddressBook, Endpoint, SqlEndpoint
from lync_wizard.hosts.agreement import Gate, NamedHost, Unagreed, ask

CASES = Path(__file__).parent.parent / "topology" / "cases"
PACKAGE = Path(__file__).parent.parent.parent / "lync_wizard"
EVIL = "fe01.evil.example"
PASSWORD = "Keep-this-quiet-1"
ANSWERS = {
    "connections/accounts/lync-admin": r"CONTOSO\lyncadmin",
    "plan/backup/location": r"\\backup01.contoso.com\LyncBackup",
    "plan/rto/pool": "4h",
}


class Listener(ThreadingHTTPServer):
    """Every host there is: WinRM that wants a sign-in, and counts those who begin one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.signed_in: list[str] = []


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, Listener)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if shown := self.headers.get("Authorization"):
            self.server.signed_in.append(f"{self.headers['Host']} {shown.split()[0]}")
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Whatever name is looked up leads to it."""
    found = Listener()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    real = socket.getaddrinfo

    def to_loopback(host: str, *more: object, **named: object) -> object:
        return real("127.0.0.1", *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", to_loopback)
    monkeypatch.setenv("KNOWN_HOSTS_TEST", PASSWORD)
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def home(tmp_path: Path, listener: Listener, capsys: pytest.CaptureFixture[str]) -> Path:
    """Set up from a topology with a server of somebody else in it; nothing was tried, nobody has agreed to anything."""
    root = tmp_path / "home"
    text = (CASES / "enterprise.xml").read_text("utf-8").replace("fe01.contoso.com", EVIL)
    (tmp_path / "topology.xml").write_text(text, "utf-8")
    set_up(root, tmp_path, {})
    connections = root / "connections.yaml"
    book = yaml.safe_load(connections.read_text("utf-8"))
    book["accounts"]["lync-admin"]["password_env"] = "KNOWN_HOSTS_TEST"
    (tmp_path / "share").mkdir()
    book["shares"] = {r"\\backup01.contoso.com\LyncBackup": str(tmp_path / "share")}
    book["defaults"] = {"port": listener.server_address[1], "connect_timeout": 5}
    connections.write_text(yaml.safe_dump(book), "utf-8")
    capsys.readouterr()
    return root


def set_up(root: Path, folder: Path, more: dict[str, object]) -> int:
    answers = folder / "answers.yaml"
    answers.write_text(yaml.safe_dump({**ANSWERS, **more}), "utf-8")
    return main(["--home", str(root), "--deployment", "contoso", "setup", "--json",
                 "--from-topology", str(folder / "topology.xml"), "--answers", str(answers)])  # fmt: skip


def hosts_of(home: Path) -> set[str]:
    return set(yaml.safe_load((home / "connections.yaml").read_text("utf-8")).get("hosts") or {})


UNATTENDED = {
    "check": (["check", "backup-core", "--target", "contoso"], 3),
    "backup": (["backup", "run", "--headless"], 3),
    "status": (["backup", "status"], 1),
    "plan": (["plan", "backup-core", "--target", "contoso"], 0),
    "doctor": (["doctor"], 0),
}


@pytest.mark.parametrize("name", UNATTENDED)
def test_nobody_is_asked_and_nothing_is_sent(
    name: str, home: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    words, code = UNATTENDED[name]
    ended = main(["--home", str(home), *words])
    said = capsys.readouterr().err
    assert not listener.signed_in
    assert ended == code, said
    if ended == 3:
        assert "nobody has agreed to sign in to" in said
        assert EVIL in said
        assert "topology.xml" in said, "where the name is from"
        assert "under hosts: in connections.yaml" in " ".join(said.split())
    assert not hosts_of(home)


def test_set_up_unattended_has_a_key_for_it(
    home: Path, listener: Listener, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(home, tmp_path, {"connections/try": True}) == 3
    refused = json.loads(capsys.readouterr().out)
    assert EVIL in {one["host"] for one in refused["unagreed"]}
    assert not listener.signed_in

    assert set_up(home, tmp_path, {"connections/try": True, "connections/hosts": ["*.contoso.com"]}) == 3
    assert [one["host"] for one in json.loads(capsys.readouterr().out)["unagreed"]] == [EVIL]
    assert "sql01.contoso.com" in hosts_of(home)
    assert EVIL not in hosts_of(home)
    assert listener.signed_in, "those that are agreed to are tried: the listener sees a sign-in where there is one"
    assert not [one for one in listener.signed_in if EVIL in one]


@pytest.mark.parametrize("wanted", [True, "all", ["fe01 contoso"], [["fe01.contoso.com"]]])
def test_the_key_takes_names_only(
    wanted: object, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(home, tmp_path, {"connections/hosts": wanted}) == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["key"] == "connections/hosts"
    assert not hosts_of(home)


def test_line_mode_asks_once_naming_them_all(
    home: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    main(["--home", str(home), "triage"])
    said = capsys.readouterr().out
    assert said.count("Nobody has agreed yet that accounts sign in to these hosts:") == 1
    assert re.search(rf"^  {re.escape(EVIL)} +from .*topology\.xml", said, re.MULTILINE)
    assert said.index("Triage asks these hosts") < said.index("Querying the hosts")
    assert not listener.signed_in
    assert not hosts_of(home)

    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    main(["--home", str(home), "triage"])
    out, err = capsys.readouterr()
    assert "May the accounts of connections.yaml sign in to these hosts?" in out
    assert EVIL in hosts_of(home)
    assert listener.signed_in
    announced = [line for line in err.splitlines() if line.startswith("signing in to ")]
    assert announced
    assert len(announced) == len(set(announced)), "each host is announced once"
    assert any(EVIL in line and r"as CONTOSO\lyncadmin (http, " in line for line in announced), announced

    monkeypatch.setattr("sys.stdin", io.StringIO())
    main(["--home", str(home), "triage"])
    assert "Nobody has agreed" not in capsys.readouterr().out


def test_what_a_person_wrote_in_the_worksheets_is_confirmed(
    home: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    main(["--home", str(home), "triage"])
    assert EVIL in capsys.readouterr().out
    members = f"fe02.contoso.com,{EVIL}"
    cell = "pool01.contoso.com:deployment-facts/pool/servers"
    assert main(["--home", str(home), "worksheet", "set", cell, members]) == 0
    capsys.readouterr()
    main(["--home", str(home), "triage"])
    asked = capsys.readouterr().out.partition("Nobody has agreed")[2]
    assert asked, "the others are still asked about"
    assert EVIL not in asked


# The gate by itself.


SERVERS = ["a.example", "B.example.", r"c.example\RTC", "d.example"]
NAMES = ["a.example", "b.example", "c.example", "d.example"]
SOME = [set(some) for count in range(len(NAMES) + 1) for some in combinations(NAMES, count)]


@pytest.mark.parametrize("listed", SOME, ids=lambda some: f"{len(some)} listed")
def test_only_what_is_listed_confirmed_or_agreed_passes(listed: set[str]) -> None:
    for confirmed, agreed in product(SOME, SOME):
        passes(listed, confirmed, agreed)


def passes(listed: set[str], confirmed: set[str], agreed: set[str]) -> None:
    book = AddressBook(hosts={name: Endpoint() for name in listed if name != "c.example"},
                       sql={f"{name}\\RTC": SqlEndpoint(name) for name in listed if name == "c.example"})  # fmt: skip
    kept: list[str] = []
    asked: list[str] = []

    class Somebody:
        def __call__(self, user: str) -> None:
            return None

        def agrees(self, hosts: object) -> bool:
            assert isinstance(hosts, list)
            asked.extend(host.name for host in hosts)
            return {host.name for host in hosts} <= agreed

        def told(self, text: str) -> None: ...

    named = {name: NamedHost(name, "x", name in confirmed, reached=False) for name in NAMES}
    gate = Gate(book, person=Somebody(), keep=kept.extend, named=lambda: named)
    for server, name in zip(SERVERS, NAMES, strict=True):
        try:
            gate.admit(server, "as nobody")
        except Unagreed:
            assert name not in listed | confirmed | agreed
        else:
            assert name in listed | confirmed | agreed
    assert set(kept) == agreed - listed - confirmed
    assert not set(asked) & (listed | confirmed)


def test_a_no_holds_and_an_agreement_that_cannot_be_kept_holds_for_now() -> None:
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("n\ny\n"), out), out)
    gate = Gate(AddressBook(), named=lambda: {"a.example": NamedHost("a.example", "from t.xml")})
    with pytest.raises(Unagreed):
        gate.settle(by=lambda hosts: ask(prompts, hosts))
    with pytest.raises(Unagreed) as refused:
        gate.admit("a.example", "as nobody")
    assert "a.example (from t.xml)" in refused.value.summary
    gate.settle(by=lambda hosts: ask(prompts, hosts))
    gate.admit("a.example", "as nobody")
    assert out.getvalue().count("a.example  from t.xml") == 2


# Nothing opens a session around it.


def test_every_session_is_opened_behind_the_gate() -> None:
    opened: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if where.startswith("lab/") or where in {"hosts/powershell_session.py", "hosts/sql_session.py"}:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
            named = [call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls]
            if {"open_session", "open_runspace", "wire"} & set(named) and where != "hosts/runspace.py":
                opened.append(f"{where}:{function.name}")
        text = path.read_text("utf-8")
        for low in ("pypsrp", "pyodbc"):
            if re.search(rf"^\s*(import|from) {low}", text, re.MULTILINE):
                assert where.startswith("hosts/"), f"{where} reaches hosts by itself"
    assert opened == CONNECTORS, "a session is opened elsewhere than in cli/context.py, or in a new place there"
    for function in ast.walk(ast.parse((PACKAGE / "cli" / "context.py").read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef) and function.name in {"connect", "sign_in"}:
            called = [ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(function)
                      if isinstance(node, ast.Call)]  # fmt: skip
            assert called.count("admit") == sum(map(called.count, ("_sql_session", "open_session"))), function.name


CONNECTORS = [
    "cli/context.py:personal_connector", "cli/context.py:connector", "cli/context.py:_sql_session",
    "cli/context.py:sign_in", "cli/context.py:connect", "cli/context.py:attempt", "cli/context.py:attempt",
]  # fmt: skip
