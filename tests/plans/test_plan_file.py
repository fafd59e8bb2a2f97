"""plan.json: any plan is read back as it was, and what is no plan is refused with the place that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lync_wizard.core.errors import InputError
from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Copy,
    FileBytes,
    Pipeline,
    Program,
    SimulatedAction,
    Statement,
    Switch,
)
from lync_wizard.plans import model
from lync_wizard.plans.model import Plan, PlannedStep, Precondition, Read, from_plan_data
from lync_wizard.procedures import capture
from lync_wizard.procedures.capture import Capture
from lync_wizard.procedures.expectations import COMPARISONS, QUANTIFIERS, Expectation, Predicate, Test, Verification

KEPT = Path(__file__).parents[1] / "golden" / "drills" / "restore-se.contoso-se" / "plan.json"

TEXTS = st.text(max_size=6)
NUMBERS = st.integers(0, 10**6) | st.floats(0, 10**6)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SCALARS = TEXTS | st.integers() | st.booleans()
VALUES = st.recursive(
    SCALARS | st.none() | st.builds(Switch) | st.builds(FileBytes, TEXTS, st.integers(0), TEXTS),
    lambda inner: st.lists(inner, max_size=2).map(tuple),
    max_leaves=3,
)
PAIRS = st.dictionaries(TEXTS, VALUES, max_size=2).map(lambda found: tuple(found.items()))
SIZED = st.builds(Copy, TEXTS, TEXTS, sha256=TEXTS, size=st.none() | st.integers(0))
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Pipeline, st.lists(st.builds(Cmdlet, TEXTS, PAIRS), max_size=2).map(tuple)),
    st.builds(Program, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), st.tuples(st.integers(), st.integers())),
    st.builds(Statement, TEXTS, PAIRS),
    st.builds(Copy, TEXTS, TEXTS, st.lists(TEXTS, max_size=2).map(tuple)) | SIZED,
    st.builds(SimulatedAction, TEXTS, st.none() | st.text(min_size=1, max_size=6)),
)
WANTED = SCALARS | st.lists(SCALARS, max_size=2).map(tuple)


@st.composite
def predicates(draw: st.DrawFn) -> tuple[Predicate, ...]:
    """At most one of each quantifier, in their order, and no comparison of one property twice: so procedures say it."""
    found = []
    for quantifier in QUANTIFIERS:
        names = st.just("value") if quantifier == "count" else TEXTS
        comparisons = st.dictionaries(st.sampled_from(COMPARISONS), WANTED, min_size=1, max_size=2)
        tests = draw(st.none() | st.dictionaries(names, comparisons, min_size=1, max_size=2))
        if tests is not None:
            each = (Test(name, how, what) for name, pairs in tests.items() for how, what in pairs.items())
            found.append(Predicate(quantifier, tuple(each)))
    return tuple(found)


QUESTIONS = st.builds(Verification, COMMANDS, TEXTS, TEXTS, predicates(), NUMBERS.map(float))
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "command": st.none() | COMMANDS,
    "before": st.lists(
        st.builds(Precondition, TEXTS, TEXTS) | st.builds(Precondition, TEXTS, question=QUESTIONS), max_size=2
    ).map(tuple),
    "reads": st.dictionaries(TEXTS, st.builds(Read, COMMANDS, TEXTS, TEXTS, TEXTS), max_size=2),
    "expect": st.builds(Expectation, exit=..., objects=predicates(), tolerates=...),
    "verify": st.none() | QUESTIONS,
    "deliver": st.none()
    | st.builds(Capture, st.sampled_from(["a.zip", "Sql/b.bak"]), st.sampled_from(capture.FORMS), st.booleans()),
    "expected_seconds": NUMBERS,
    "limit_seconds": NUMBERS,
}


def anything(kind: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Records with every field drawn, those with a default too: by its type where no strategy is given."""
    return st.builds(kind, **{one.name: given.get(one.name, ...) for one in fields(kind)})


PLANS = anything(
    Plan,
    made_at=MOMENTS,
    values=st.dictionaries(TEXTS, SCALARS | st.lists(TEXTS, max_size=2), max_size=2),
    steps=st.lists(anything(PlannedStep, **GIVEN), max_size=2).map(tuple),
    rto_seconds=st.none() | NUMBERS,
    answers=st.dictionaries(TEXTS, TEXTS, max_size=2),
    procedures=st.dictionaries(TEXTS, TEXTS, max_size=2),
    format=st.just(model.FORMAT),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(PLANS)
def test_any_plan_is_read_back_as_it_was(plan: Plan) -> None:
    text = json.dumps(plan.to_data(), ensure_ascii=False)
    read = from_plan_data(json.loads(text))
    assert read == plan
    assert json.dumps(read.to_data(), ensure_ascii=False) == text


def kept() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return data


def step_with(data: dict[str, Any], key: str) -> int:
    return next(at for at, step in enumerate(data["steps"]) if step[key])


Edit = Callable[[dict[str, Any]], object]
EDITS: dict[str, Edit] = {
    "steps[3].host: is missing": lambda data: data["steps"][3].pop("host"),
    "title: is missing": lambda data: data.pop("title"),
    "steps[2].kind: is not as this program writes it": lambda data: data["steps"][2].update(kind="magic"),
    "steps[1].limit_seconds: is not as this program writes it": lambda data: data["steps"][1].update(
        limit_seconds="long"
    ),
    "steps[4]: is not as this program writes it": lambda data: data["steps"].__setitem__(4, "done"),
    "steps[0]: has unknown keys: colour": lambda data: data["steps"][0].update(colour="red"),
    "has unknown keys: colour": lambda data: data.update(colour="red"),
    "made_at: is not as this program writes it": lambda data: data.update(made_at="yesterday"),
    ".verify: run is missing": lambda data: data["steps"][step_with(data, "verify")]["verify"].pop("run"),
    ".verify: is not as this program writes it": lambda data: data["steps"][step_with(data, "verify")]["verify"].update(
        all=5
    ),
    ".command: is not as this program writes it": lambda data: data["steps"][step_with(data, "command")].update(
        command={"shell": "dir"}
    ),
    "format, hash or environment is missing": lambda data: data.pop("environment"),
}


@pytest.mark.parametrize("said", EDITS)
def test_the_place_that_is_wrong_is_named(said: str) -> None:
    data = kept()
    EDITS[said](data)
    with pytest.raises(InputError, match="this is not a plan") as refused:
        from_plan_data(data)
    assert said in refused.value.detail
    assert refused.value.hint
    assert not any(word in refused.value.detail for word in ("Error", "NoneType", "str", "dict"))


def test_a_file_of_another_kind_is_refused_in_few_words(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    data = kept()
    data["steps"] = [{} for _ in data["steps"]]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError) as refused:
        model.load(path)
    assert refused.value.detail.startswith("steps[0].id: is missing; ")
    assert " more" in refused.value.detail
    assert len(refused.value.detail) < 200


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: data["steps"][0].update(host="other.contoso.com"),
        lambda data: data["steps"][0].pop("confirm"),
        lambda data: data["steps"][1].update(title=5),
        lambda data: data["steps"][1].update(notes="one"),
        lambda data: data["environment"].update(colour="red"),
        lambda data: data["steps"][step_with(data, "verify")]["verify"].update(colour="red"),
        lambda data: data.update(hash="sha256:other"),
    ],
)
def test_a_plan_is_never_edited(edit: Edit) -> None:
    data = kept()
    edit(data)
    with pytest.raises(InputError, match="was changed after it was made"):
        from_plan_data(data)


def test_the_hash_covers_when_the_plan_was_made_and_with_what() -> None:
    plan = replace(from_plan_data(kept()), format=model.FORMAT)
    others = (
        {"made_at": datetime(2030, 1, 1, tzinfo=UTC)},
        {"second_person": True},
        {"product": "9.9.9"},
        {"procedures": {"restore-se": "0" * 64}},
        {"answers": {"way": "other"}},
    )
    made: list[Plan] = [plan, *(replace(plan, **other) for other in others)]  # type: ignore[arg-type]
    assert len({one.hash for one in made}) == len(made)
    assert all(from_plan_data(one.to_data()) == one for one in made)


def test_a_plan_of_the_first_format_keeps_its_hash() -> None:
    plan = replace(from_plan_data(kept()), format=1, made_at=datetime(2030, 1, 1, tzinfo=UTC))
    data = plan.to_data()
    assert not {"product", "procedures", "answers", "second_person"} & data.keys()
    assert from_plan_data(data).hash == replace(plan, made_at=datetime(2031, 1, 1, tzinfo=UTC)).hash


@pytest.mark.parametrize("number", [0, 3, "2", True, 2.0])
def test_another_format_is_refused(number: object) -> None:
    with pytest.raises(InputError, match="has format") as refused:
        from_plan_data({**kept(), "format": number})
    assert refused.value.hint == "Create a new plan."
