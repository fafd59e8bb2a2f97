"""A plan cannot lie: every single change of a plan.json, its hash reckoned anew, is refused by name or changes nothing.

Harmless is a change that leaves the same commands, order, hosts, accounts, questions, confirmations and need of
approval, and texts that are what is sent. What a host said of itself cannot be derived: it is compared when the host
answers (tests/runs/test_host_identity.py). ``-s`` prints how many changes were tried, refused, compared, harmless and
missed.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.cli import main
from lync_wizard.cli.context import open_context
from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import from_data
from lync_wizard.plans import approval
from lync_wizard.worksheets import Cell
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace

Data = dict[str, Any]
SE = "se01.contoso.com"
EVIL: Data = {"program": "net", "args": ["share", "Evil=C:\\", "/GRANT:Everyone,FULL"], "ok_exit": [0, 0]}
HINTS = ("HINT: Create a new plan", "HINT: Make it with", "HINT: Check the path")
AIMS = {"restore-se": SE, "backup": "contoso"}


@dataclass(frozen=True)
class Site:
    """A home with papers and a backup set, opened once, and its plans."""

    home: Path
    workspace: Workspace

    def plan(self, procedure: str) -> Data:
        path = self.home / f"{procedure}.json"
        if not path.exists():
            assert self.call("plan", procedure, "--target", AIMS[procedure], "-o", str(path)) == 0
        data: Data = json.loads(path.read_text("utf-8"))
        return data

    def call(self, *arguments: str) -> int:
        return main(["--home", str(self.home), *arguments])

    def refusal(self, text: str) -> str | None:
        """What ``run`` says against a plan.json before it asks for an approval; None where it believes it."""
        path = self.home / "tried.json"
        path.write_text(text, "utf-8")
        try:
            RunSession.of_file(self.workspace, path, by="ann")
        except WizardError as error:
            return str(error)
        return None


@pytest.fixture(scope="module")
def site(contoso_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made_site(contoso_papers, tmp_path_factory.mktemp("mutations"))


def made_site(papers: Path, home: Path) -> Site:
    share = next((papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    shutil.copytree(papers / "worksheets", home / "worksheets")
    book = {
        "environment": {"kind": "drill", "id": "test"},
        "shares": {r"\\backup01.contoso.com\LyncBackup": str(share)},
    }
    (home / "connections.yaml").write_text(json.dumps(book), "utf-8")
    return Site(home, open_context(argparse.Namespace(home=str(home), deployment=None)).workspace)


def sealed(data: Data) -> str:
    """The plan with the hash that fits it, as anybody can reckon it."""
    body = {key: value for key, value in data.items() if key != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    whole = {"hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest(), **body}
    return json.dumps(whole, ensure_ascii=False)


def shown(command: Data | None, title: str) -> str:
    return powershell.text_of(from_data(command)) if command else title


def effect(data: Data) -> list[Any]:
    """Everything that a person would not want changed without a word."""
    names = ("id", "title", "host", "account", "kind", "command", "confirm", "confirm_text", "destructive", "before",
             "reads", "expect", "verify", "repeatable", "choices", "batch", "limit_seconds", "deliver")  # fmt: skip
    steps = [[json.dumps(step.get(name)) for name in names] for step in data["steps"]]
    whole = ("procedure", "target", "deployment", "environment", "backup_set", "backup_at", "second_person", "checks")
    honest = all(step["text"] == shown(step["command"], step["title"]) for step in data["steps"])
    hosts = {name: one["rebuilt"] for name, one in data["identified"].items()}
    return [*steps, *(json.dumps(data[name]) for name in whole), hosts, honest]


Change = tuple[str, Data]


def others(name: str, value: Any, plan: Data) -> Iterator[Any]:
    """Other valid values of a step's field."""
    elsewhere = {
        "host": ["dc01.contoso.com", ""],
        "account": ["sql-admin", "domain-admin"],
        "kind": ["cmdlet", "manual", "sql"],
        "command": [EVIL, None],
        "text": ["Get-Service", ""],
        "destructive": [None, "nothing at all"],
        "confirm": ["none", "yes", "type"],
        "confirm_text": ["dc01.contoso.com", ""],
        "before": [[], [{"check": "clock", "title": "the clocks agree"}], plan["steps"][0]["before"]],
        "reads": [{}, {"x": {"run": EVIL, "host": SE, "as": "lync-admin", "select": "Name"}}],
        "expect": [{}, {"tolerates": ["error"]}, {"exit": [0, 255]}],
        "verify": [None, {"run": EVIL, "host": SE, "as": "lync-admin", "count": {"at_least": 0}}],
        "deliver": [None, {"to": "other.zip", "as": "bytes"}],
        "batch": ["", "together"],
    }
    if name in elsewhere:
        yield from (one for one in elsewhere[name] if one != value)
        return
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
        case str():
            yield f"{value} (harmless)"
        case list():
            yield [*value, "one more"]
            if value:
                yield value[1:]


def of_steps(plan: Data) -> Iterator[Change]:
    """Steps dropped, repeated, moved, exchanged, given something else to do with a text that fits."""
    steps = plan["steps"]
    for number, step in enumerate(steps):
        yield f"{step['id']} is dropped", plan | {"steps": steps[:number] + steps[number + 1 :]}
    number = len(steps) // 2
    one, two = steps[number], steps[number + 1]
    yield "a step is repeated", plan | {"steps": [*steps, one]}
    yield "a step is repeated under another id", plan | {"steps": [*steps, one | {"id": f"{one['id']}x"}]}
    yield "two steps change places", plan | {"steps": [*steps[:number], two, one, *steps[number + 2 :]]}
    yield "all steps turned round", plan | {"steps": steps[::-1]}
    sent = [step for step in steps if step["command"] and "do" not in step["command"]]
    first, last = sent[0], sent[-1]
    ways = ("command", "text")
    swapped = {first["id"]: {k: last[k] for k in ways}, last["id"]: {k: first[k] for k in ways}}
    yield "two commands change places", plan | {"steps": [step | swapped.get(step["id"], {}) for step in steps]}
    for step in sent:
        evil = step | {"command": EVIL, "text": shown(EVIL, "")}
        yield f"{step['id']} does something else and says so", replaced(plan, step["id"], evil)


def of_fields(plan: Data) -> Iterator[Change]:
    """Every field of every kind of step to other values; keys that nobody knows, or that are gone."""
    seen = set()
    for step in plan["steps"]:
        kind = (step["kind"], step["confirm"], *(step["command"] or {}), bool(step["verify"]), bool(step["reads"]))
        if kind in seen:
            continue
        seen.add(kind)
        for name, value in {"deliver": None, "expected_from": "", **step}.items():
            for other in others(name, value, plan):
                yield f"{step['id']}: {name} becomes {other!r}", replaced(plan, step["id"], step | {name: other})
            gone = {key: one for key, one in step.items() if key != name}
            yield f"{step['id']}: {name} is gone", replaced(plan, step["id"], gone)
        yield f"{step['id']}: a key nobody knows", replaced(plan, step["id"], step | {"colour": "red"})
        if "pipeline" in (step["command"] or {}):
            yield from of_pipeline(plan, step)


def of_pipeline(plan: Data, step: Data) -> Iterator[Change]:
    """The parameters of a cmdlet: turned round, one without a value, one more; each with a text that fits."""
    cmdlet = step["command"]["pipeline"][-1]
    turned = dict(reversed(cmdlet["parameters"].items()))
    several = (turned, {}, {**cmdlet["parameters"], "Force": {"switch": True}})
    for parameters in several if len(turned) > 1 else several[1:]:
        command = {"pipeline": [*step["command"]["pipeline"][:-1], cmdlet | {"parameters": parameters}]}
        if json.dumps(command) != json.dumps(step["command"]):
            changed = step | {"command": command, "text": shown(command, "")}
            yield f"{step['id']}: parameters {[*parameters]}", replaced(plan, step["id"], changed)


def replaced(plan: Data, step_id: str, step: Data) -> Data:
    return plan | {"steps": [step if one["id"] == step_id else one for one in plan["steps"]]}


def of_the_whole(plan: Data) -> Iterator[Change]:
    """What the plan says of itself and of what it was made of."""
    other: dict[str, list[Any]] = {
        "procedure": ["restore-rgs", "nothing"],
        "target": ["fe01.contoso.com", ""],
        "backup_set": [None, "2026-01-01T000000Z_contoso", f"..\\{plan['backup_set']}"],
        "backup_at": [None, "2026-01-01T00:00:00Z"],
        "made_at": ["2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z"],
        "environment": [{"kind": "production", "id": "test"}, {"kind": "drill", "id": "other"}],
        "second_person": [not plan["second_person"]],
        "product": ["", "99.0.0"],
        "rto_seconds": [None, 1],
        "format": [1, 3, True],
        "values": [{}, {**plan["values"], "PoolFqdn": "other.contoso.com"}],
        "answers": [{}, {"begin-at": "nothing"}, {**plan["answers"], "colour": "red"}],
        "reached": [{}, dict(list(plan["reached"].items())[1:]), of_addresses(plan["reached"])],
        "identified": [{}, dict(list(plan["identified"].items())[1:]), *of_hosts(plan["identified"])],
        "procedures": [{}, {**plan["procedures"], plan["procedure"]: "0" * 64}, {**plan["procedures"], "x": "0" * 64}],
    }
    for name, value in plan.items():
        if name in {"steps", "hash"}:
            continue
        for one in other.get(name) or others(name, value, plan):
            if one != value or type(one) is not type(value):
                yield f"{name} becomes {one!r}", plan | {name: one}
        yield f"{name} is gone", {key: kept for key, kept in plan.items() if key != name}
    for name, answer in plan["answers"].items():
        yield f"the answer {name} is gone", plan | {"answers": {k: v for k, v in plan["answers"].items() if k != name}}
        yield f"the answer {name} is {answer}x", plan | {"answers": plan["answers"] | {name: f"{answer}x"}}
    yield "a key nobody knows", plan | {"colour": "red"}
    new = {"answers", "second_person", "product", "procedures", "reached", "identified"}
    old = {key: value for key, value in plan.items() if key not in new}
    yield "format 1", old | {"format": 1}


def of_addresses(reached: Data) -> Data:
    return {name: one | {"address": "10.9.9.9"} for name, one in reached.items()}


def of_hosts(identified: Data) -> Iterator[Data]:
    """What the plan says of its hosts: who is rebuilt, one more, one under another name, other keys and values."""
    name, one = next(iter(identified.items()))
    others = {key: rest for key, rest in identified.items() if key != name}
    yield {key: rest | {"rebuilt": not rest["rebuilt"]} for key, rest in identified.items()}
    yield identified | {"psrp x.contoso.com": one}
    yield others | {f"{name}x": one}
    yield others | {name.upper(): one}
    yield others | {name: one | {"colour": "red"}}
    yield others | {name: one | {"identity": {"sid": "S-1-5-21-1"}}}
    yield others | {name: {"rebuilt": one["rebuilt"]}}
    yield others | {name: {"identity": {}}}
    yield others | {name: one | {"why": "nobody asked"}}
    yield others | {name: one | {"identity": {}}}
    for field in ("name", "domain", "account", "machine", "certificate", "instance"):
        yield others | {name: one | {"identity": {**one["identity"], field: "S-1-5-21-6-6-6-6"}}}
        yield others | {name: one | {"identity": {**one["identity"], field: None}}}
        yield others | {name: one | {"identity": {**one["identity"], field: ""}}}


def texts(plan: Data) -> Iterator[tuple[str, str]]:
    """Changes that are none of the data: keys that stand twice, numbers that are none, a hash that does not fit."""
    whole = sealed(plan)
    yield "a key twice", whole.replace('{"hash"', '{"product": "0.0.1", "hash"', 1)
    step = plan["steps"][1]
    yield "a key of a step twice", whole.replace(f'"id": "{step["id"]}"', f'"id": "x", "id": "{step["id"]}"', 1)
    yield "no number", whole.replace('"limit_seconds": ', '"limit_seconds": NaN, "x": ', 1)
    yield "a hash that does not fit", json.dumps(plan | {"title": "Another"}, ensure_ascii=False)
    yield "nested without end", "[" * 100_000
    yield "no object", "[]"


def sealed_changes(source: Callable[[Data], Iterator[Change]]) -> Callable[[Data], Iterator[tuple[str, str]]]:
    return lambda plan: ((what, sealed(changed)) for what, changed in source(plan))


SOURCES = {
    "steps": sealed_changes(of_steps),
    "fields": sealed_changes(of_fields),
    "whole": sealed_changes(of_the_whole),
    "text": texts,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("procedure", "source"),
    [
        # The fields of the larger plan are the same as those of the smaller.
        pytest.param(one, kind, marks=pytest.mark.thorough if (one, kind) == ("restore-se", "fields") else [])
        for one in AIMS
        for kind in SOURCES
    ],
)
def test_every_single_change_is_refused_or_harmless(procedure: str, source: str, site: Site) -> None:
    plan = site.plan(procedure)
    assert site.refusal(sealed(plan)) is None, "the plan itself is believed"
    told: Counter[str] = Counter()
    missed = []
    for what, text in SOURCES[source](copy.deepcopy(plan)):
        if (said := site.refusal(text)) is not None:
            assert any(hint in said for hint in HINTS), (what, said)
            told["refused"] += 1
        elif effect(json.loads(text)) == effect(plan):
            told["compared" if json.loads(text)["identified"] != plan["identified"] else "harmless"] += 1
        else:
            missed.append(what)
    tried = sum(told.values()) + len(missed)
    counts = f"{tried} tried, {told['refused']} refused, {told['compared']} compared, {told['harmless']} harmless, "
    counts += f"{len(missed)} missed"
    sys.stdout.write(f"\n{procedure}, {source}: {counts}\n")
    assert missed == []
    assert told["harmless"] < told["refused"] / 10


Edit = Callable[[Data], Data]
NAMED: dict[str, tuple[Edit, str]] = {
    "another command behind an innocent text": (
        lambda plan: replaced(plan, first_sent(plan)["id"], first_sent(plan) | {"command": EVIL}),
        "text: the plan says",
    ),
    "no question before what stops services": (
        lambda plan: replaced(plan, first_sent(plan)["id"], first_sent(plan) | {"confirm": "none"}),
        "confirm: the plan says",
    ),
    "no harm": (
        lambda plan: replaced(plan, harmful(plan)["id"], harmful(plan) | {"destructive": None}),
        "destructive: the plan says null",
    ),
    "nothing is restored": (lambda plan: plan | {"backup_at": None}, "backup_at: the plan says null"),
    "another version": (lambda plan: plan | {"product": "0.0.1"}, "made by lync-wizard 0.0.1, this is"),
    "another procedure": (
        lambda plan: plan | {"procedures": plan["procedures"] | {"restore-se": "0" * 64}},
        "procedure restore-se is another",
    ),
    "a step twice": (lambda plan: plan | {"steps": [*plan["steps"], plan["steps"][0]]}, "is in the plan twice"),
    "a step less": (lambda plan: plan | {"steps": plan["steps"][:-1]}, "is missing"),
}  # fmt: skip


def first_sent(plan: Data) -> Data:
    step: Data = next(step for step in plan["steps"] if step["confirm"] == "yes")
    return step


def harmful(plan: Data) -> Data:
    step: Data = next(step for step in plan["steps"] if step["destructive"])
    return step


@pytest.mark.parametrize("what", NAMED)
def test_run_names_what_differs(what: str, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    plan = site.plan("restore-se")
    edit, said = NAMED[what]
    changed = sealed(edit(plan))
    path = site.home / "named.json"
    path.write_text(changed, "utf-8")
    capsys.readouterr()
    assert site.call("run", str(path), "--headless", "--approve", json.loads(changed)["hash"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "HINT: Create a new plan" in told
    assert not (site.home / "runs").exists(), "a refused plan leaves no run"


def test_a_plan_that_two_people_approve_says_so(contoso_papers: Path, tmp_path: Path) -> None:
    site = made_site(contoso_papers, tmp_path)
    site.workspace.record(Cell.parse(approval.CELL), "yes")
    plan = site.plan("restore-se")
    assert plan["second_person"] is True
    assert site.plan("backup")["second_person"] is False
    assert "second_person: the plan says false" in (site.refusal(sealed(plan | {"second_person": False})) or "")
    path = tmp_path / "restore-se.json"
    assert RunSession.of_file(site.workspace, path, by="ann").needs_second


def test_a_plan_is_refused_once_a_value_it_uses_is_another(contoso_papers: Path, tmp_path: Path) -> None:
    site = made_site(contoso_papers, tmp_path)
    text = sealed(site.plan("restore-se"))
    assert site.refusal(text) is None
    site.workspace.record(Cell.parse(f"{SE}:deployment-facts/file-store/local-folder"), r"D:\LyncShare")
    assert 'the value <FileStoreLocalPath>: the plan says "C:' in (site.refusal(text) or "")


BOOK: Data = {
    "environment": {"kind": "production", "id": "test"},
    "accounts": {"lync-admin": {"user": r"CONTOSO\lyncadmin"}},
    "defaults": {"auth": "negotiate", "ssl": False, "port": 5985},
    "hosts": {SE: {"address": "10.0.0.21", "port": 5986, "ssl": True, "verify": True}, "x.contoso.com": {"port": 1}},
}
CONNECTIONS: dict[str, tuple[Data, bool]] = {
    "another address": ({"hosts": {SE: {"address": "10.9.9.9", "port": 5986, "ssl": True}}}, True),
    "another port": ({"hosts": {SE: {"address": "10.0.0.21", "port": 5987, "ssl": True}}}, True),
    "no TLS": ({"hosts": {SE: {"address": "10.0.0.21", "port": 5986, "ssl": False}}}, True),
    "no certificate checked": ({"hosts": {SE: BOOK["hosts"][SE] | {"verify": False}}}, True),
    "another authentication": ({"hosts": {SE: BOOK["hosts"][SE] | {"auth": "ntlm"}}}, True),
    "delegation": ({"hosts": {SE: BOOK["hosts"][SE] | {"delegate": True}}}, True),
    "another user there": ({"hosts": {SE: BOOK["hosts"][SE] | {"user": r"CONTOSO\other"}}}, True),
    "another user of the role": ({"accounts": {"lync-admin": {"user": r"CONTOSO\other"}}}, True),
    "no entry": ({"hosts": {}}, True),
    "other defaults": ({"defaults": {"port": 5990}}, True),
    "the kind of environment": ({"environment": {"kind": "drill", "id": "test"}}, True),
    "a host that no step uses": ({"hosts": BOOK["hosts"] | {"x.contoso.com": {"port": 2}}}, False),
    "a longer wait": ({"hosts": {SE: BOOK["hosts"][SE] | {"connect_timeout": 99}}}, False),
}


def test_every_change_of_a_connection_that_the_plan_uses_is_refused(contoso_papers: Path, tmp_path: Path) -> None:
    made_site(contoso_papers, tmp_path)
    shares = json.loads((tmp_path / "connections.yaml").read_text("utf-8"))["shares"]

    def reached_by(book: Data) -> Site:
        (tmp_path / "connections.yaml").write_text(json.dumps({**book, "shares": shares}), "utf-8")
        return Site(tmp_path, open_context(argparse.Namespace(home=str(tmp_path), deployment=None)).workspace)

    text = sealed(reached_by(BOOK).plan("restore-se"))
    found = {what: reached_by(BOOK | change).refusal(text) for what, (change, _) in CONNECTIONS.items()}
    assert {what: said is not None for what, said in found.items()} == {k: hit for k, (_, hit) in CONNECTIONS.items()}
    assert f"psrp {SE} lync-admin is reached by https at 10.9.9.9:5986, negotiate" in (found["another address"] or "")
    assert reached_by(BOOK).refusal(text) is None


def test_in_a_drill_another_port_is_no_other_host(contoso_papers: Path, tmp_path: Path) -> None:
    site = made_site(contoso_papers, tmp_path)
    text = sealed(site.plan("restore-se"))
    book = json.loads((tmp_path / "connections.yaml").read_text("utf-8"))
    for key, refused in (("port", False), ("address", True)):
        told = book | {"hosts": {SE: {key: 5999 if key == "port" else "10.9.9.9"}}}
        (tmp_path / "connections.yaml").write_text(json.dumps(told), "utf-8")
        there = Site(tmp_path, open_context(argparse.Namespace(home=str(tmp_path), deployment=None)).workspace)
        assert (there.refusal(text) is not None) == refused


def test_a_plan_that_shows_something_else_is_not_printed_either(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = site.plan("restore-se")
    path = tmp_path / "lying.json"
    path.write_text(sealed(replaced(plan, first_sent(plan)["id"], first_sent(plan) | {"command": EVIL})), "utf-8")
    assert site.call("print", "procedure", str(path), "-o", str(tmp_path / "plan.pdf")) == 2
    assert "text: the plan says" in capsys.readouterr().err
    assert not (tmp_path / "plan.pdf").exists()
