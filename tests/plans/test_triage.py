"""What failed → which procedure: every combination ends in exactly one row, and every row is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_wizard.core import catalogue
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.deployment import CentralManagement, Deployment, Pool, SqlInstance
from lync_wizard.procedures import Procedure, available, command_lint
from lync_wizard.triage import Advice, ProposedAnswer, Question, from_papers, next_step, path
from lync_wizard.triage.questions import QUESTIONS
from lync_wizard.triage.rules import RULES
from tests.deployments import with_pool

ORDER = [question.id for question in QUESTIONS]
TABLES = {*(f"A{n}" for n in range(1, 5)), *(f"B{n}" for n in range(1, 28)), *(f"F{n}" for n in range(1, 5))}


def endings(answers: Mapping[str, str] | None = None) -> Iterator[tuple[dict[str, str], Advice]]:
    """Every way through the questions, with the advice at its end."""
    given_so_far = dict(answers or {})
    step = next_step(given_so_far)
    if isinstance(step, Advice):
        yield given_so_far, step
        return
    assert step.id not in given_so_far
    assert len(step.options) >= 2
    for option in step.options:
        yield from endings({**given_so_far, step.id: option.id})


ENDINGS = list(endings())


def test_every_combination_ends_in_exactly_one_row() -> None:
    for answers, advice in ENDINGS:
        fitting = [row for row in RULES if all(row.fits(question, option) for question, option in answers.items())]
        assert len(fitting) == 1, (answers, [row.table for row in fitting])
        assert fitting[0].table == advice.row


def test_every_row_is_reached() -> None:
    reached = {id(row) for answers, _ in ENDINGS for row in RULES if all(row.fits(q, o) for q, o in answers.items())}
    assert [row.table for row in RULES if id(row) not in reached] == []
    assert {advice.row for _, advice in ENDINGS} == TABLES | {"Q6", "none"}


def test_questions_come_in_the_order_of_the_documentation() -> None:
    for answers, _ in ENDINGS:
        assert list(answers) == sorted(answers, key=ORDER.index)
    assert {question for answers, _ in ENDINGS for question in answers} == set(ORDER)


def test_advice_says_why_or_why_not_covered() -> None:
    for answers, advice in ENDINGS:
        assert advice.title
        assert advice.lost
        if advice.procedure is None:
            assert advice.why.startswith("Not covered, because "), answers
            assert advice.row in {"none", "B26", "B27"}
        else:
            assert not advice.why.startswith("Not covered")


def test_every_dead_end_names_the_topic_and_commands_that_bind() -> None:
    here, known = available.load(None).procedures, catalogue.load()
    ends = {advice.row + str(advice.procedure) + advice.why: advice for _, advice in ENDINGS}
    for advice in ends.values():
        if advice.procedure in here:
            assert advice.documented is None
        elif advice.row not in {"B26", "B27"}:  # what is not part of Lync has no topic in its documentation
            assert advice.documented, advice
            assert advice.documented.topic
            assert advice.documented.commands
    problems = Problems()
    for advice in ends.values():
        commands = advice.documented.commands if advice.documented else ()
        assert [name for c in commands if (name := c.partition(" ")[0]).count("-Cs") and not known.get(name)] == []
        command_lint.lint(Procedure("x", "X", Mark("x", 1, 1), afterwards=commands), problems)
    assert [str(problem) for problem in problems] == []


def test_a_damaged_local_store_is_created_again_and_its_replica_enabled() -> None:
    advice = next_step({"gate": "unpaired", "failed": "local-store"})
    assert isinstance(advice, Advice)
    assert advice.procedure is None
    assert advice.documented
    names = [command.partition(" ")[0] for command in advice.documented.commands]
    assert names.index("Install-CsDatabase") < names.index("Enable-CsReplica") < names.index("Start-CsWindowsService")


def test_rows_name_known_questions_and_options_only() -> None:
    known = {question.id: {option.id for option in question.options} for question in QUESTIONS}
    for row in RULES:
        for question, options in row.when.items():
            assert options <= known[question], (row.table, question)


CASES = {
    "A1": ("gate=paired-returns failed=standard-edition cms=no", "pool-failover"),
    "A2": ("gate=paired-lost failed=front-end-pool cms=no", "pool-failover"),
    "A3": ("gate=paired-returns failed=cms-database", "cms-failover"),
    "A4": ("gate=paired-returns failed=conference-content", "conf-content"),
    "B1": ("gate=unpaired failed=standard-edition cms=no features=recorded", "restore-se"),
    "B2": ("gate=unpaired failed=standard-edition cms=yes features=recorded", "restore-cms"),
    "B3": ("gate=unpaired failed=back-end cms=yes mirror=none features=recorded", "restore-cms"),
    "B4": ("gate=unpaired failed=back-end cms=yes mirror=witness side=both features=recorded", "restore-cms"),
    "B5": ("gate=unpaired failed=back-end cms=yes mirror=witness side=primary features=recorded", "restore-cms"),
    "B6": ("gate=unpaired failed=back-end cms=yes mirror=witness side=mirror features=recorded", "restore-mirror"),
    "B7": ("gate=unpaired failed=back-end cms=no mirror=none features=recorded", "restore-backend"),
    "B8": ("gate=unpaired failed=back-end cms=no mirror=no-witness side=both features=recorded", "restore-backend"),
    "B9": ("gate=unpaired failed=back-end cms=no mirror=no-witness side=primary features=recorded", "restore-primary"),
    "B10": ("gate=unpaired failed=back-end cms=no mirror=witness side=mirror features=recorded", "restore-mirror"),
    "B11": ("gate=unpaired failed=witness", "restore-witness"),
    "B12": (
        "gate=unpaired failed=back-end cms=no mirror=witness side=primary-and-witness features=recorded",
        "restore-primary",
    ),
    "B13": ("gate=unpaired failed=cms-database mirror=none", "restore-cms"),
    "B14": ("gate=unpaired failed=cms-pointer", "restore-cms"),
    "B15": ("gate=unpaired failed=front-ends features=recorded", "restore-member"),
    "B16": ("gate=unpaired failed=file-store-back-end cms=no mirror=none", "restore-backend"),
    "B17": ("gate=unpaired failed=chat-database cms=yes mirror=none place=collocated", "restore-cms"),
    "B18": ("gate=unpaired failed=member edge=yes", "restore-member"),
    "B19": ("gate=unpaired failed=front-end-pool cms=no mirror=none features=recorded", "restore-pool"),
    "B20": ("gate=unpaired failed=other-pool edge=no", "restore-pool"),
    "B21": ("gate=unpaired failed=file-store", "restore-filestore"),
    "B22": ("gate=unpaired failed=archiving-monitoring cms=no mirror=none place=stand-alone", "restore-archmon"),
    "B23": ("gate=unpaired failed=chat-database cms=no mirror=none place=stand-alone", "restore-pchat"),
    "B24": (
        "gate=unpaired failed=chat-database cms=no mirror=no-witness side=primary place=stand-alone",
        "restore-primary",
    ),
    "B25": ("gate=unpaired failed=other-pool edge=federation", "edge-federation-failover"),
    "B26": ("gate=unpaired failed=branch-or-application", None),
    "B27": ("gate=unpaired failed=outside", None),
    "F1": ("gate=failback", "pool-failback"),
    "F2": ("gate=paired-lost failed=back-end cms=no mirror=no-witness side=primary", "mirror-failover"),
    "F3": ("gate=paired-returns failed=back-end cms=no mirror=witness side=mirror", "restore-mirror"),
    "F4": ("gate=unpaired failed=chat-site", "pchat-failover"),
}


def answered(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


def test_there_is_a_case_for_every_row_of_the_tables() -> None:
    assert set(CASES) == TABLES


@pytest.mark.parametrize("row", CASES)
def test_a_row_of_the_tables_names_its_procedure(row: str) -> None:
    answers, procedure = CASES[row]
    advice = next_step(answered(answers))
    assert isinstance(advice, Advice)
    assert (advice.row, advice.procedure) == (row, procedure)
    assert [question.id for question, _ in path(answered(answers))] == list(answered(answers))


def advice_for(text: str) -> Advice:
    advice = next_step(answered(text))
    assert isinstance(advice, Advice)
    return advice


def test_a_paired_pool_is_told_about_failover_first() -> None:
    stops = "standard-edition", "back-end", "front-ends", "front-end-pool", "cms-database"
    for answers, advice in ENDINGS:
        if answers.get("failed") not in stops:
            continue
        if answers["gate"].startswith("paired") and answers.get("side") != "mirror":
            assert advice.procedure in {"pool-failover", "cms-failover", "mirror-failover"}
        elif answers["gate"] == "partner-cannot" and advice.procedure:
            assert "failover" in advice.first


def test_a_failover_that_involves_the_central_management_store_begins_with_it() -> None:
    for lost in ("failed=back-end cms=yes mirror=none", "failed=standard-edition cms=yes"):
        first = advice_for(f"gate=paired-returns {lost}").first
        assert first.startswith("cms-failover")
        assert first.index("store") < first.index("Edge") < first.index("users")


def test_a_failover_after_a_loss_is_planned_as_one() -> None:
    for answers, advice in ENDINGS:
        if advice.procedure in {"pool-failover", "cms-failover"}:
            assert advice.facts["mode"] == "disaster", answers
    lost = advice_for("gate=paired-lost failed=back-end cms=no mirror=no-witness side=primary")
    assert (lost.facts["principal"], lost.facts["old-principal"]) == ("mirror", "gone")
    asked = {ask.name: set(ask.choices) for ask in available.load(None).procedures["mirror-failover"].options}
    assert "mirror" in asked["principal"]
    assert "gone" in asked["old-principal"]


def test_whoever_moves_something_is_told_how_it_comes_back() -> None:
    back = {"pool-failover": ("pool-failback", "abc-failover"), "pchat-failover": ("pchat-failback",),
            "edge-federation-failover": ("edge-failback",), "edge-xmpp-failover": ("edge-failback",)}  # fmt: skip
    for _, advice in ENDINGS:
        if advice.procedure in back:
            assert any(name in advice.then for name in back[advice.procedure]), advice


def test_a_pool_served_by_its_partner_gets_no_user_data_and_is_failed_back() -> None:
    advice = advice_for("gate=partner-serves failed=standard-edition cms=no features=recorded")
    assert advice.facts["failed-over"] == "yes"
    assert "import no user data" in advice.first
    assert "pool-failback" in advice.then


def test_a_living_back_end_keeps_its_user_data() -> None:
    advice = advice_for("gate=unpaired failed=front-ends features=recorded")
    assert (advice.facts["user-store"], advice.facts["up-to"]) == ("intact", "mem-step3")


def test_the_surviving_mirror_of_the_central_management_store_is_rescued_first() -> None:
    advice = advice_for("gate=unpaired failed=back-end cms=yes mirror=no-witness side=primary features=recorded")
    assert advice.facts["begin-at"] == "cms-rescue-failover"
    assert advice.facts["witness"] == "no"
    assert "cms-rescue-proof" in advice.first


def test_a_collocated_file_store_is_one_step_and_wipes_no_living_server() -> None:
    advice = advice_for("gate=unpaired failed=file-store-back-end cms=yes mirror=none")
    assert advice.facts == {"user-store": "intact", "only-step": "cms-filestore"}


def test_a_whole_pool_carries_the_procedure_of_its_back_end() -> None:
    advice = advice_for("gate=unpaired failed=front-end-pool cms=no mirror=witness side=primary features=recorded")
    assert advice.facts["back-end"] == "restore-primary"
    assert advice.facts["user-store"] == "intact"


def test_worksheets_that_are_wrong_are_mended_before_the_plan() -> None:
    assert "Correct the features" in advice_for("gate=unpaired failed=front-ends features=differs").first


def test_combinations_the_documentation_leaves_out_say_so() -> None:
    for text in (
        "gate=unpaired failed=cms-database mirror=witness side=primary",
        "gate=unpaired failed=file-store-back-end cms=no mirror=witness side=mirror",
        "gate=unpaired failed=archiving-monitoring cms=no mirror=witness side=mirror-and-witness place=stand-alone",
    ):
        advice = advice_for(text)
        assert advice.procedure is None
        assert advice.row == "none"


def test_an_answer_that_is_no_option_is_refused_with_the_options() -> None:
    with pytest.raises(InputError) as refusal:
        next_step({"gate": "maybe"})
    assert "unpaired" in refusal.value.hint


def test_answers_that_do_not_matter_are_not_looked_at() -> None:
    assert advice_for("gate=unpaired failed=witness side=never-heard").procedure == "restore-witness"


SOME_OPTION = st.sampled_from(["maybe", *(option.id for question in QUESTIONS for option in question.options)])


@given(st.dictionaries(st.sampled_from(ORDER), SOME_OPTION))
def test_any_answers_give_a_question_an_advice_or_a_refusal(answers: dict[str, str]) -> None:
    try:
        step = next_step(answers)
    except InputError:
        return
    assert isinstance(step, Question | Advice)


# What the papers answer.

BE01, BE02, SQL = (SqlInstance(f"{name}.contoso.com", "rtc") for name in ("be01", "be02", "sql"))
SE = Pool("se01.contoso.com", "standard-edition", sql=SqlInstance("se01.contoso.com", "rtc"))
POOL = Pool("pool01.contoso.com", "enterprise", sql=BE01, mirror=BE02, chat=BE01, archiving=SQL, monitoring=SQL)
CONTOSO = Deployment("contoso", pools=(SE, POOL), cms=CentralManagement("pool01.contoso.com"))


def papers(question: str, failed: str = "") -> ProposedAnswer | None:
    return from_papers(question, {"failed": failed}, CONTOSO)


@pytest.mark.parametrize(
    ("question", "failed", "answer", "evidence"),
    [
        ("gate", "", "unpaired", "no backup pool recorded for se01.contoso.com, pool01.contoso.com"),
        ("cms", "back-end", "yes", "is on pool01.contoso.com"),
        ("cms", "standard-edition", "no", "is on pool01.contoso.com"),
        ("mirror", "back-end", "no-witness", "SQL Server store of pool01.contoso.com"),
        ("place", "chat-database", "collocated", "database servers of pool01.contoso.com"),
        ("place", "archiving-monitoring", "stand-alone", "database servers of pool01.contoso.com"),
        ("edge", "member", "no", "no Edge pool is recorded"),
        ("features", "back-end", "recorded", "none of them"),
    ],
)
def test_the_papers_answer_with_their_evidence(question: str, failed: str, answer: str, evidence: str) -> None:
    known = papers(question, failed)
    assert known is not None
    assert known.answer == answer
    assert evidence in known.evidence


@pytest.mark.parametrize(("question", "failed"), [("failed", ""), ("side", "back-end"), ("cms", "cms-database")])
def test_what_the_papers_cannot_know_stays_open(question: str, failed: str) -> None:
    assert papers(question, failed) is None


def test_a_paired_pool_leaves_the_gate_to_a_person() -> None:
    paired = replace(SE, backup_pool="se02.contoso.com")
    known = from_papers("gate", {}, with_pool(CONTOSO, paired))
    assert known is not None
    assert known.answer == ""
    assert "se01.contoso.com is paired with se02.contoso.com" in known.evidence


def test_empty_papers_answer_nothing() -> None:
    assert [from_papers(question, {}, Deployment("")) for question in ORDER if question != "edge"] == [None] * 7


def test_what_the_papers_say_is_one_of_the_options() -> None:
    options = {question.id: {option.id for option in question.options} for question in QUESTIONS}
    for question in ORDER:
        for failed in options["failed"]:
            known = papers(question, failed)
            assert known is None or known.answer in options[question]
