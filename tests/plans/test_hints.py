"""Known error texts: tables of what hosts say with the hint each gets or none, hints beside a log, a refused file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

import lync_wizard.lab
from lync_wizard.checks import pitfalls
from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Redactor
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.procedures.expectations import Proof
from lync_wizard.procedures.shipped import Shipped
from lync_wizard.runs.error_hints import HintTracker, Place, Said, hint, place_of, read, shipped
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.runs.state import RunEvent
from tests.tui import samples

HERE = Path(__file__).parent
LAB = Path(lync_wizard.lab.__file__).parent
CASES: dict[str, list[dict[str, Any]]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["cases"] for path in sorted(HERE.glob("hints/*.yaml"))
}
"""Per table ``{text, hint: id or none, why: where none}`` and what is known beside the text."""
ALL = [pytest.param(case, id=f"{table}-{n}") for table, cases in CASES.items() for n, case in enumerate(cases, 1)]
KEYS = {
    "text", "hint", "why", "cmdlet", "error_id", "category", "exception", "transport", "host", "procedure", "step",
}  # fmt: skip


def said(case: dict[str, Any]) -> Said:
    place = Place(
        transport=case.get("transport", ""),
        hosts=frozenset(case.get("host", ())),
        procedures=(case["procedure"],) if "procedure" in case else (),
        step=case.get("step", ""),
    )
    record = {key: case.get(key, "") for key in ("error_id", "category", "exception", "cmdlet")}
    return Said(case["text"], **record, place=place)


@pytest.mark.parametrize("case", ALL)
def test_a_text_gets_its_hint_or_none(case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    found = hint(said(case))
    assert (found.id if found else "none") == case["hint"]
    assert bool(case.get("why")) == (case["hint"] == "none"), "none has a reason"


def test_every_hint_has_a_text_that_leads_to_it() -> None:
    told = {case["hint"] for cases in CASES.values() for case in cases}
    assert {one.id for one in shipped()} == told - {"none"}


def test_the_table_of_the_field_is_whole() -> None:
    assert len(CASES["field"]) == 45


def texts_of_the_lab() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Where in the lab's cmdlets and farm an error or warning is written, and what fits the text written there."""
    for path in [*LAB.glob("powershell/**/*.py"), LAB / "farm" / "service_start.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            written = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                written = node.args[0] if node.func.attr in {"fail", "error", "warning"} else None
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
                written = node.args[1] if node.func.id == "_refuse" else None
            elif isinstance(node, ast.Return) and path.stem == "service_start":
                written = node.value
            parts = written.values if isinstance(written, ast.JoinedStr) else [written]
            said = [re.escape(p.value) if isinstance(p, ast.Constant) and p.value else ".*" for p in parts]
            if isinstance(written, ast.JoinedStr | ast.Constant) and said != [".*"]:
                yield f"{path.name}:{node.lineno}", re.compile("".join(said), re.DOTALL)


def test_every_text_of_the_lab_s_cmdlets_is_in_a_table() -> None:
    told = [case["text"] for cases in CASES.values() for case in cases]
    written = list(texts_of_the_lab())
    assert len(written) > 80
    assert [place for place, text in written if not any(text.search(one) for one in told)] == []


def test_every_error_number_of_the_lab_s_sql_server_is_in_a_table() -> None:
    told = {case.get("error_id") for cases in CASES.values() for case in cases}
    sources = [path.read_text(encoding="utf-8") for path in LAB.glob("sqlserver/*.py")]
    numbers = {n for text in sources for n in re.findall(r"Message\((\d+)|refuse\(\w+, \((\d+)|\((\d{3,5}), ", text)}
    found = {next(filter(None, several)) for several in numbers}
    assert len(found) > 30
    assert found - told == {"2013", "3014", "3211", "3262", "4035"}, "these tell of progress and success"


def test_pitfalls_are_known_ones_and_every_hint_is_a_sentence_on_one_line() -> None:
    for one in shipped():
        assert not one.pitfall or one.pitfall in {known.number for known in pitfalls.ALL}, one.id
        assert one.do.endswith("."), one.id
        assert "\n" not in one.do, one.id
        assert one.do[0].isupper(), one.id
        assert one.source, one.id


def test_what_a_procedure_names_as_a_known_failure_is_one() -> None:
    library = Shipped(data_folder() / "procedures")
    named = {number for one in library.values() for step in one.walk() for number in step.pitfalls}
    assert named
    assert named <= set(pitfalls.TITLES)


def test_a_hint_says_its_pitfall_where_it_has_one() -> None:
    known = {one.id: str(one) for one in shipped()}
    assert known["log-full"].startswith("⮑ P19: The transaction log is full")
    assert known["clock-difference"].startswith("⮑ The clocks are")


PLAN = samples.PLAN
GERMAN = {
    "stream": "error", "text": r'Zugriff auf den Pfad "\\fs01\LyncShare" wurde verweigert.',
    "error": {"id": "X,Y", "category": "NotSpecified", "exception": "System.UnauthorizedAccessException"},
}  # fmt: skip


def test_a_log_s_error_is_known_by_its_record_and_the_step_s_end_repeats_nothing() -> None:
    output, ended = samples.events(
        ("output", "se-userdata.4", GERMAN),
        ("step_finished", "se-userdata.4", {"outcome": "failed", "why": GERMAN["text"]}),
    )
    tracker = HintTracker(PLAN)
    found = tracker.beside(output)
    assert found is not None
    assert found.id == "share-denied"
    assert tracker.beside(output) is None, "once for an attempt"
    assert tracker.beside(ended) is None
    assert HintTracker(PLAN).beside(ended) is None, "without its record a German text is not known"


def test_what_a_step_sends_says_where_a_text_was_said() -> None:
    damaged = {"stream": "error", "text": "Cannot process the input file because it is not a valid package."}
    imported, copied = samples.events(("output", "se-userdata.4", damaged), ("output", "se-filestore", damaged))
    found = HintTracker(PLAN).beside(imported)
    assert found is not None
    assert found.id == "package-damaged"
    assert HintTracker(PLAN).beside(copied) is None
    assert HintTracker().beside(imported) is None


def test_a_hint_holds_only_where_it_says(tmp_path: Path) -> None:
    path = tmp_path / "hints.yaml"
    path.write_text(
        "hints:\n  - {id: one, texts: [disk full], transport: sql, steps: ['bk-*'], do: Look., source: field}\n",
        encoding="utf-8",
    )
    (one,) = read(path, Problems())
    places = [Place(), Place(transport="sql", step="bk-sql"), Place(transport="psrp", step="bk-sql")]
    assert [one.worded_by(Said("disk full", place=place)) for place in places] == [False, True, False]


def test_a_known_text_behind_a_refused_session_takes_the_place_of_the_refusal_s_own_hint(tmp_path: Path) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise Unreachable("fe01 did not open a session", "Look.", "maximum number of 5 concurrent shells, code 7")

    asked = []

    class Asked:
        def ask(self, request: Request) -> Answer:
            asked.append(request)
            return Answer("go" if request.kind == "confirm" else "stop")

        def show(self, event: RunEvent) -> None:
            pass

    step = replace(PLAN.step("se-userdata.4"), verify=None)
    plan = replace(PLAN, steps=(step,))
    Runner(
        Journal.create(tmp_path, plan),
        SessionPool(refuse),
        Asked(),
        gatekeeper=lambda *_: Proof("yes", "given"),
        environment="test",
        redactor=Redactor(),
        by="ann",
    ).run()
    assert [request.kind for request in asked] == ["confirm", "unreachable"]
    assert asked[-1].hint.startswith("Earlier sessions of this account have left shells open")


def test_the_place_of_a_step() -> None:
    assert place_of(PLAN, PLAN.step("se-userdata.4")) == Place(
        cmdlets=("Import-CsUserData",), transport="psrp", procedures=("restore-se",), step="se-userdata.4"
    )


def test_a_broken_file_is_refused_with_its_places(tmp_path: Path) -> None:
    path = tmp_path / "hints.yaml"
    path.write_text(
        "hints:\n  - {id: P44, texts: [already exists], do: Look., source: field}\n"
        "  - {id: two, texts: ['a ...'], do: Look., source: field}\n"
        "  - {id: three, text: [something long], do: Look., source: field}\n"
        "  - {id: four, events: [some], hosts: [moon], do: Look., source: field}\n"
        "  - {id: four, ids: [Some], do: Look., source: field}\n"
        "  - {id: six, ids: [Some]}\n",
        encoding="utf-8",
    )
    problems = Problems()
    read(path, problems)
    found = [str(problem) for problem in problems]
    assert [line.split(": ")[0] for line in found] == [
        "hints.yaml:2:10", "hints.yaml:3:15", "hints.yaml:4:6", "hints.yaml:4:17", "hints.yaml:5:16",
        "hints.yaml:5:40", "hints.yaml:6:6", "hints.yaml:7:5", "hints.yaml:7:5",
    ], found  # fmt: skip
