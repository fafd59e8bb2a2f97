"""The commands as scripts call them: exit codes, JSON, refusals that change nothing (README.md)."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.cli import main
from lync_wizard.lab.server import process
from tests.command import call

pytestmark = pytest.mark.xdist_group("commands")
AIM = ("restore-se", "--target", "se01.contoso.com")


def spawned(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lync_wizard", "--home", str(home), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def data(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A running lab's home and its password; nothing in it is restored yet."""
    home = tmp_path_factory.mktemp("home")
    started = process.start(home, "contoso-se", speed=500, seed=3)
    yield home, started.password.reveal()
    process.stop(home)


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    groups = {
        (): ("restore", "triage", "doctor", "worksheet", "procedures", "check", "plan", "run", "runs", "resume",
             "watch", "report", "backup", "drill", "lab"),
        ("worksheet",): ("list", "show", "check", "set"),
        ("procedures",): ("list", "show", "lint", "export"),
        ("runs",): ("list", "show", "export", "verify"),
        ("lab",): ("start", "stop"),
    }  # fmt: skip
    for group, names in groups.items():
        for name in names:
            done = call(tmp_path, *group, name, "--help")
            assert done.returncode == 0, (group, name)
            assert "example: lync-wizard" in done.stdout, (group, name)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("plan", "restore-se"),
        ("procedures", "show", "restore-sx"),
        ("worksheet", "set", "database/userdata/servr", "x"),
        ("runs", "show", "never"),
        ("drill", "restore-nothing", "--headless"),
        ("drill", "--headless", "--fault", "conection-dropped"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_hint(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = call(tmp_path, *arguments)
    assert done.returncode == 2
    assert "HINT: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_of_its_own_ends_with_the_code_and_says_the_same(tmp_path: Path) -> None:
    for arguments in (("nonsense",), ("procedures", "list", "--json"), ("worksheet", "check", "--help")):
        whole, here = spawned(tmp_path, *arguments), call(tmp_path, *arguments)
        assert (whole.returncode, whole.stdout, whole.stderr) == (here.returncode, here.stdout, here.stderr)


def test_nearest_spelling_is_named(tmp_path: Path) -> None:
    assert "Did you mean restore-se" in call(tmp_path, "procedures", "show", "restor-se").stderr


def test_broken_files_are_listed_all_at_once_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(
        "hots:\n  fe01.contoso.com: {prt: 1}\naccounts: {lync-admn: {}}\n", "utf-8"
    )
    before = sorted(tmp_path.rglob("*"))
    done = call(tmp_path, "backup", "list")
    assert done.returncode == 2
    assert "connections.yaml:1:1" in done.stderr
    assert "Did you mean hosts" in done.stderr
    assert "lync-admin" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_worksheet_set_show_check(tmp_path: Path) -> None:
    done = call(tmp_path, "--deployment", "contoso", "worksheet", "set", "plan/rto/standard-edition", "2h")
    assert done.returncode == 0, done.stderr
    rows = data(call(tmp_path, "worksheet", "show", "plan", "--json"))
    row = next(r for r in rows if r["cell"] == "plan/rto/standard-edition")
    assert (row["value"], row["source"]) == ("2h", "operator")
    wrong = call(tmp_path, "worksheet", "set", "plan/rto/standard-edition", "soon")
    assert wrong.returncode == 2
    assert data(call(tmp_path, "worksheet", "show", "plan", "--json")) == rows
    assert call(tmp_path, "worksheet", "check").returncode == 1


def test_a_backup_location_on_a_pool_of_its_own_is_refused_before_it_is_written(tmp_path: Path) -> None:
    common = ("--deployment", "contoso", "worksheet")
    pool = "se01.contoso.com"
    assert call(tmp_path, *common, "set", f"{pool}:deployment-facts/pool/kind", "standard-edition").returncode == 0
    refused = call(tmp_path, *common, "set", "plan/backup/location", rf"\\{pool}\LyncBackup")
    assert refused.returncode == 2
    assert "lost together with it" in refused.stderr
    assert "HINT: Name a share on a separate machine" in refused.stderr
    assert not (tmp_path / "worksheets" / "contoso" / "plan.yaml").exists()


def test_procedures(tmp_path: Path) -> None:
    listed = data(call(tmp_path, "procedures", "list", "--json"))
    assert {"restore-se", "restore-rgs"} <= {one["id"] for one in listed}
    exported = data(call(tmp_path, "procedures", "export", "restore-se", "--format", "json"))
    assert {"id", "title", "source", "steps"} <= set(exported)
    ids = [step["id"] for step in exported["steps"]]
    assert {"prepare/prep-decide", "se-userdata.1", "se-userdata.4", "restore-rgs/rgs-import.2"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert call(tmp_path, "procedures", "lint").returncode == 0
    facts = data(call(tmp_path, "procedures", "lint", "--facts", "--json"))
    assert "hosts-cms" in {fact["name"] for fact in facts}


def test_lint_names_place_key_and_nearest_spelling(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "id: own\ntitle: Own\nsteps:\n"
        "  - {id: one, title: One, kind: cmdlt, run: {pipeline: [{name: Invoke-Expression}]}}\n"
        "  - id: two\n    title: Two\n    kind: cmdlet\n    when: [response-group-deploid]\n"
        "    run: {pipeline: [{name: Import-CsUserData, parameters: {PoolFqnd: <PoolFqnd>, FileName: x}}]}\n",
        "utf-8",
    )
    done = call(tmp_path, "procedures", "lint", str(own))
    assert done.returncode == 2
    for said in ("own.yaml:4:", "Did you mean cmdlet", "Invoke-Expression", "PoolFqdn", "response-group-deployed"):
        assert said in done.stderr, said


def test_lint_wants_a_reason_for_sending_a_step_again_and_none_that_destroys(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    step = "kind: cmdlet, run: {pipeline: [{name: Get-CsPool}]}"
    own.write_text(
        "id: own\ntitle: Own\nsteps:\n"
        f"  - {{id: one, title: One, {step}, repeatable: true}}\n"
        f"  - {{id: two, title: Two, {step}, repeatable: it only reads}}\n"
        f"  - {{id: three, title: Three, {step}, repeatable: why not, destructive: all of it, evidence: Look}}\n",
        "utf-8",
    )
    found = data(call(tmp_path, "procedures", "lint", str(own), "--json"))
    assert [(p["where"].rpartition("own.yaml:")[2].partition(":")[0], p["message"]) for p in found] == [
        ("4", "has no reason"),
        ("6", "is set on a destructive step"),
    ]


def timeless(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan without when it was made, and the hash over that."""
    return {key: value for key, value in plan.items() if key not in {"made_at", "hash"}}


def unhashed(text: str) -> str:
    """Text without the hash of a plan, whole or its beginning."""
    return re.sub(r"sha256:[0-9a-f]{12,64}", "sha256:", text)


def test_plan_is_the_same_twice_and_an_edited_one_is_refused(lab: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = lab
    first = data(call(home, "plan", *AIM, "--json"))
    second = data(call(home, "plan", *AIM, "--json"))
    assert timeless(first) == timeless(second)
    assert first["hash"] != second["hash"], "an approval is for the plan that was read"
    keys = {"id", "group", "title", "host", "account", "kind", "command", "text", "destructive", "confirm",
            "confirm_text", "before", "reads", "expect", "verify", "repeatable", "expected_seconds", "limit_seconds",
            "source", "errata", "pitfalls"}  # fmt: skip
    assert all(keys <= set(step) for step in first["steps"])
    assert all(step["confirm"] == "type" and step["confirm_text"] for step in first["steps"] if step["destructive"])
    first["steps"][0]["title"] = "something else"
    edited = tmp_path / "plan.json"
    edited.write_text(json.dumps(first), "utf-8")
    done = call(home, "run", str(edited), "--headless", "--approve", first["hash"])
    assert done.returncode == 2
    assert "changed after it was made" in done.stderr


@pytest.mark.parametrize("form", ["ps1", "md"])
def test_a_plan_is_written_for_people(lab: tuple[Path, str], tmp_path: Path, form: str) -> None:
    home, _ = lab
    planned = data(call(home, "plan", *AIM, "--json"))
    shown = call(home, "plan", *AIM, "--format", form)
    assert shown.returncode == 0
    assert "se01.contoso.com" in shown.stdout
    assert all(step["id"] in shown.stdout for step in planned["steps"])
    assert "Fill in first" not in shown.stdout
    written = tmp_path / f"plan.{form}"
    done = call(home, "plan", *AIM, "--format", form, "-o", str(written))
    assert done.returncode == 0
    assert done.stdout == ""
    kept = written.read_bytes()
    name, _, digest = done.stderr.strip().splitlines()[-1].partition("  ")
    assert name == str(written)
    assert digest.encode() in kept
    assert kept.startswith(b"\xef\xbb\xbf#") == (form == "ps1"), "a script file starts with a byte order mark"
    assert (b"\r\n" in kept) == (form == "ps1")
    assert unhashed(kept.decode("utf-8-sig").replace("\r\n", "\n")) == unhashed(shown.stdout)
    both = call(home, "plan", *AIM, "--format", form, "-o", str(written), "--json")
    assert data(both)["hash"].encode() in written.read_bytes()
    assert timeless(data(both)) == timeless(planned)


def test_a_plan_as_json_is_what_run_takes_and_without_a_file_the_steps_are_listed(
    lab: tuple[Path, str], tmp_path: Path
) -> None:
    home, _ = lab
    made, again = tmp_path / "plan.json", tmp_path / "again.json"
    assert call(home, "plan", *AIM, "-o", str(made)).returncode == 0
    assert call(home, "plan", *AIM, "--format", "json", "-o", str(again)).returncode == 0
    first, second = json.loads(made.read_text("utf-8")), json.loads(again.read_text("utf-8"))
    assert timeless(first) == timeless(second)
    listed = call(home, "plan", *AIM).stdout
    assert unhashed(listed) == unhashed(call(home, "plan", *AIM, "--format", "json").stdout)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", listed.splitlines()[-1])


def test_a_plan_for_people_that_cannot_be_put_out_is_refused(lab: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = lab
    done = call(home, "plan", *AIM, "--format", "md", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "HINT: Name a file with -o" in done.stderr
    taken = tmp_path / "a file, no folder"
    taken.write_text("", "utf-8")
    done = call(home, "plan", *AIM, "--format", "ps1", "-o", str(taken / "plan.ps1"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "HINT: Name another file with -o" in done.stderr
    assert call(home, "plan", *AIM, "--format", "docx").returncode == 2


def test_headless_run_is_refused_without_approval_or_answers(lab: tuple[Path, str], tmp_path: Path) -> None:
    home, password = lab
    made = tmp_path / "plan.json"
    assert call(home, "plan", *AIM, "-o", str(made)).returncode == 0
    hashed = json.loads(made.read_text("utf-8"))["hash"]
    given = {"LYNC_WIZARD_LAB_PASSWORD": password}
    before = sorted((home / "runs").glob("*"))
    assert call(home, "run", str(made), "--headless", **given).returncode == 3
    assert call(home, "run", str(made), "--headless", "--approve", "sha256:0", **given).returncode == 3
    done = call(home, "run", str(made), "--headless", "--approve", hashed, **given)
    assert done.returncode == 3
    assert "prepare/prep-decide" in done.stderr
    assert "hosts.se01.contoso.com: what it is once it is installed again" in done.stderr
    assert sorted((home / "runs").glob("*")) == before, "a refused run leaves no journal"


def test_check_asks_the_real_hosts(lab: tuple[Path, str]) -> None:
    home, password = lab
    found = data(call(home, "check", *AIM, "--json", LYNC_WIZARD_LAB_PASSWORD=password))["findings"]
    by = {(f["check"], f["host"]): f for f in found}
    assert by["hosts-answer", "fe01.contoso.com"]["status"] == "ok"
    assert by["cmdlets-known", "fe01.contoso.com"]["status"] == "ok"
    assert by["cmdlets-known", "se01.contoso.com"]["status"] == "later"
    assert by["computer-account", "dc01.contoso.com"]["status"] == "ok"
    assert all(f["hint"] for f in found if f["status"] in {"blocked", "caution", "unknown"})


def test_wrong_password_is_exit_4_and_says_so(lab: tuple[Path, str]) -> None:
    home, _ = lab
    done = call(home, "check", *AIM, LYNC_WIZARD_LAB_PASSWORD="not the password")
    assert done.returncode == 4
    assert "password" in done.stdout


@pytest.fixture(scope="module")
def paused(lab: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run that its script stopped at the first decision."""
    home, password = lab
    folder = tmp_path_factory.mktemp("paused")
    made, answers = folder / "plan.json", folder / "answers.yaml"
    call(home, "plan", *AIM, "-o", str(made))
    hashed = json.loads(made.read_text("utf-8"))["hash"]
    plan = json.loads(made.read_text("utf-8"))
    ids = [s["id"] for s in plan["steps"] if s["kind"] in {"manual", "wizard-gui"}]
    lines = ["answers:", "  prepare/prep-decide: {choice: stop}", *(f"  {i}: {{choice: done}}" for i in ids)]
    # The lab's password lies in its home: every host that answers has said what it is.
    assert any(one["identity"] for one in plan["identified"].values())
    assert all(one["identity"] or one["why"] for one in plan["identified"].values())
    lines += ["hosts:", *(f"  {name.partition(' ')[2]}: accept" for name in plan["identified"])]
    answers.write_text("\n".join(lines) + "\n", "utf-8")
    done = call(home, "run", str(made), "--headless", "--approve", hashed, "--answers", str(answers),
                LYNC_WIZARD_LAB_PASSWORD=password)  # fmt: skip
    assert done.returncode == 130, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert re.search(r"lync-wizard( --home \S+)? resume ", last)
    return last.rpartition(" ")[2]


def test_paused_run_is_listed_watched_exported_and_reported(lab: tuple[Path, str], paused: str, tmp_path: Path) -> None:
    (home, password), run = lab, paused
    listed = data(call(home, "runs", "list", "--json"))
    assert [(r["run"], r["end"]) for r in listed] == [(run, None)]
    events = [json.loads(line) for line in call(home, "watch", run, "--json").stdout.splitlines()]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "run_started"
    assert events[-1]["type"] == "run_paused"
    assert {"seq", "at", "prev", "run", "step", "attempt", "type"} <= set(events[0])
    bundle = tmp_path / "ticket.zip"
    assert call(home, "runs", "export", run, "-o", str(bundle)).returncode == 0
    with zipfile.ZipFile(bundle) as files:
        assert {"journal.db", "events.jsonl", "plan.json"} <= set(files.namelist())
    report = data(call(home, "report", run, "--json"))
    assert report["journal"]["intact"]
    assert report["within_rto"] is None, "the run has not ended, and there is time left"
    assert password not in json.dumps(report)


def test_an_unexpected_error_in_a_run_names_the_command_that_goes_on(
    lab: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, password = lab

    class Terminal(io.StringIO):
        """Breaks in the middle of the run, with a secret in its mouth."""

        def write(self, text: str) -> int:
            if " ready" in text and not self.broken:
                self.broken = True
                raise RuntimeError(f"the terminal has gone, its owner was {password}")
            return super().write(text)

        broken = False

    made, answers, terminal = tmp_path / "plan.json", tmp_path / "answers.yaml", Terminal()
    assert call(home, "plan", *AIM, "-o", str(made)).returncode == 0
    plan = json.loads(made.read_text("utf-8"))
    by_hand = [step["id"] for step in plan["steps"] if step["kind"] in {"manual", "wizard-gui"}]
    lines = [
        "hosts: {se01.contoso.com: accept}",
        "answers:",
        "  prepare/prep-decide: {choice: stop}",
        *(f"  {i}: {{choice: done}}" for i in by_hand),
    ]
    answers.write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.setenv("LYNC_WIZARD_LAB_PASSWORD", password)
    monkeypatch.setattr(sys, "stderr", terminal)
    run = ["run", str(made), "--headless", "--approve", plan["hash"], "--answers", str(answers)]
    assert main(["--home", str(home), *run]) == 70, terminal.getvalue()
    said = terminal.getvalue()
    [report] = (home / "reports").glob("error-*.txt")
    kept = report.read_text("utf-8")
    begun = re.search(r", run (\S+)$", kept, re.MULTILINE)
    assert begun
    assert said.splitlines()[-1].endswith(f" resume {begun[1]}")
    assert (home / "runs" / begun[1] / "journal.db").is_file()
    assert password not in said + kept
    assert "its owner was ********" in kept


def test_two_hands_on_one_run_are_refused(lab: tuple[Path, str], paused: str) -> None:
    home, _ = lab
    from lync_wizard.runs.journal import Journal

    with Journal.open(home / "runs" / paused) as held:
        done = spawned(home, "resume", held.run, "--headless")
    assert done.returncode == 3
    assert str(os.getpid()) in done.stderr


def test_run_of_another_environment_is_not_resumed(lab: tuple[Path, str], paused: str, tmp_path: Path) -> None:
    import shutil

    home, password = lab
    other = tmp_path / "other"
    shutil.copytree(home / "worksheets", other / "worksheets")
    shutil.copytree(home / "runs", other / "runs")
    text = (home / "connections.yaml").read_text("utf-8")
    (other / "connections.yaml").write_text(text.replace("id: ", "id: another-"), "utf-8")
    done = call(other, "resume", paused, "--headless", LYNC_WIZARD_LAB_PASSWORD=password)
    assert done.returncode == 3
    assert "environment" in done.stderr


def test_drill_list(tmp_path: Path) -> None:
    listed = data(call(tmp_path, "drill", "--list", "--json"))
    assert listed["procedures"]["restore-se"]
    assert "connection-dropped" in listed["faults"]
    assert "install-windows" in listed["deeds"]


def test_doctor(tmp_path: Path) -> None:
    found = data(call(tmp_path, "doctor", "--json"))
    assert {"python", "home", "encoding"} <= {f["check"] for f in found}
    assert all(f["hint"] for f in found if f["status"] != "ok")


def test_a_plan_that_two_people_approve_is_refused_without_a_second_name(lab: tuple[Path, str], tmp_path: Path) -> None:
    home, password = lab
    assert call(home, "worksheet", "set", "plan/approval/two-person", "yes").returncode == 0
    try:
        made, answers = tmp_path / "plan.json", tmp_path / "answers.yaml"
        assert call(home, "plan", *AIM, "-o", str(made), LYNC_WIZARD_LAB_PASSWORD=password).returncode == 0
        steps = json.loads(made.read_text("utf-8"))["steps"]
        ids = [s["id"] for s in steps if s["kind"] in {"manual", "wizard-gui"}]
        lines = ["answers:", "  prepare/prep-decide: {choice: stop}", *(f"  {i}: {{choice: done}}" for i in ids)]
        lines += ["hosts:", "  se01.contoso.com: accept"]
        answers.write_text("\n".join(lines) + "\n", "utf-8")
        hashed = json.loads(made.read_text("utf-8"))["hash"]
        before = sorted((home / "runs").glob("*"))
        asked = ("run", str(made), "--headless", "--approve", hashed, "--answers", str(answers))
        given = {"LYNC_WIZARD_LAB_PASSWORD": password, "USER": "ann", "LOGNAME": "ann", "USERNAME": "ann"}
        for second in ((), ("--second", " ANN "), ("--second", r"CONTOSO\ann")):
            done = call(home, *asked, *second, **given)
            assert (done.returncode, "second person" in done.stderr) == (3, True), done.stderr
        assert sorted((home / "runs").glob("*")) == before, "a refused run leaves no journal"
        assert call(home, *asked, "--second", "Ben", **given).returncode == 130
        (run,) = sorted({*(home / "runs").glob("*")} - {*before})
        said = data(call(home, "runs", "show", run.name, "--json"))
        assert [entry["by"] for entry in said["approvals"]] == ["ann", "Ben"]
    finally:
        call(home, "worksheet", "set", "plan/approval/two-person", "no")
