"""What triage reads off what still answers: one loss at a time, several at once, and nothing where it cannot tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, Server, SqlInstance
from lync_wizard.triage import ProposedAnswer, SurveyResult, from_hosts, proposed_answer
from lync_wizard.triage.losses import losses
from lync_wizard.triage.pairing import standings
from lync_wizard.triage.questions import QUESTIONS
from lync_wizard.triage.survey_result import NEITHER, Mirroring, Service, Session
from tests.deployments import with_pool

FRONTS = tuple(Server(f"fe0{n}.contoso.com", n) for n in (1, 2, 3))
SQL = tuple(SqlInstance(f"sql0{n}.contoso.com", "RTC") for n in (1, 2, 3))
MON, CHAT = SqlInstance("mon01.contoso.com", "LYNC"), SqlInstance("chatsql01.contoso.com", "LYNC")
POOL = Pool(
    "pool01.contoso.com", "enterprise", servers=FRONTS, sql=SQL[0], mirror=SQL[1], witness=SQL[2],
    file_store=FileStore(r"\\fs01.contoso.com\LyncShare"), archiving=MON, monitoring=MON, chat=CHAT,
    features=frozenset({"archiving", "monitoring", "persistent-chat"}),
)  # fmt: skip
SE = Pool("se02.contoso.com", "standard-edition", servers=(Server("se02.contoso.com", 1),))
EDGE = Pool("edge.contoso.com", "edge", servers=(Server("edge01.contoso.com", 1), Server("edge02.contoso.com", 2)))
CONTOSO = Deployment("contoso", pools=(POOL, SE, EDGE), cms=CentralManagement(SE.fqdn, SqlInstance(SE.fqdn, "rtc")))
NAMES = [f"{name}.contoso.com" for name in (
    "fe01", "fe02", "fe03", "sql01", "sql02", "sql03", "mon01", "chatsql01", "fs01", "se02", "edge01", "edge02",
)]  # fmt: skip


HOST = "dir01.contoso.com"
"""Asked for the cmdlets; none of the servers whose loss is at stake."""


def without(*names: str) -> SurveyResult:
    """Every door opens but those of these servers."""
    lost = {f"{name}.contoso.com" for name in names}
    return SurveyResult({name: "no answer" if name in lost else "" for name in NAMES}, host=HOST)


def proposed(question: str, seen: SurveyResult, deployment: Deployment = CONTOSO, **answers: str) -> str | None:
    found = from_hosts(question, answers, deployment, seen)
    return found.answer if found else None


@pytest.mark.parametrize(
    ("names", "failed"),
    [
        ("", None),
        ("fe02", "member"),
        ("fe02 fe03", "front-ends"),
        ("fe01 fe02 fe03", "front-ends"),
        ("fe01 fe02 fe03 sql01 sql02", "front-end-pool"),
        ("fe01 fe02 fe03 sql01", "front-end-pool"),
        ("sql01", "back-end"),
        ("sql02 sql03", "back-end"),
        ("sql03", "witness"),
        ("se02", "standard-edition"),
        ("edge01", "member"),
        ("edge01 edge02", "other-pool"),
        ("fs01", "file-store"),
        ("mon01", "archiving-monitoring"),
        ("chatsql01", "chat-database"),
        ("edge01 mon01 sql01 se02", "standard-edition"),
        ("edge01 mon01 sql01", "back-end"),
    ],
)
def test_what_is_silent_says_what_failed(names: str, failed: str | None) -> None:
    seen = without(*names.split())
    assert proposed("failed", seen) == failed
    found = from_hosts("failed", {}, CONTOSO, seen)
    for name in names.split():
        assert found is not None
        assert f"{name}.contoso.com no answer" in found.evidence


def test_where_no_door_opens_nothing_is_concluded() -> None:
    seen = SurveyResult(dict.fromkeys(NAMES, "no answer"))
    assert losses(CONTOSO, seen) == ()
    assert all(from_hosts(question.id, {"failed": "back-end"}, CONTOSO, seen) is None for question in QUESTIONS)


def test_a_server_whose_instance_or_share_answers_is_not_lost() -> None:
    seen = replace(without("sql01", "fs01"), databases={SQL[0].key: frozenset({"rtcxds"})})
    assert [loss.failed for loss in losses(CONTOSO, seen)] == ["file-store"]
    assert losses(CONTOSO, replace(seen, shares={"fs01.contoso.com": True})) == ()


def test_databases_that_an_answering_instance_lacks_are_lost() -> None:
    seen = replace(without(), databases={MON.key: frozenset({"lcslog"}), CHAT.key: frozenset({"mgc"})})
    (loss,) = losses(CONTOSO, seen)
    assert loss.failed == "archiving-monitoring"
    assert loss.shows == r"mon01.contoso.com\LYNC answers and has no LcsCDR, QoEMetrics"


def test_a_directory_that_names_no_store_is_the_loss_of_the_pointer() -> None:
    assert proposed("failed", replace(without(), pointer=SqlInstance(""))) == "cms-pointer"
    assert proposed("failed", replace(without(), pointer=SqlInstance(SE.fqdn, "rtc"))) is None


@pytest.mark.parametrize(
    ("names", "mirror", "side"),
    [
        ("sql01", "witness", "primary"),
        ("sql02", "witness", "mirror"),
        ("sql01 sql02", "witness", "both"),
        ("sql01 sql03", "witness", "primary-and-witness"),
        ("sql02 sql03", "witness", "mirror-and-witness"),
        ("sql01 sql03", "no-witness", "primary"),
    ],
)
def test_the_lost_side_is_the_one_that_is_silent(names: str, mirror: str, side: str) -> None:
    assert proposed("side", without(*names.split()), failed="back-end", mirror=mirror) == side


def test_the_witness_is_what_the_instances_say_and_else_what_the_worksheets_say() -> None:
    mirrored = {POOL.fqdn: (Mirroring("rtcxds", NEITHER, "Principal"),)}
    seen = replace(without("sql01"), mirrors=mirrored)
    assert proposed("mirror", seen, failed="back-end") == "witness"
    lone = with_pool(CONTOSO, replace(POOL, witness=None))
    assert proposed("mirror", seen, lone, failed="back-end") == "no-witness"
    sessions = {SQL[1].key: (Session("rtcxds", "PRINCIPAL", ""),)}
    assert proposed("mirror", replace(seen, sessions=sessions), failed="back-end") == "no-witness"
    unrecorded = with_pool(CONTOSO, replace(POOL, mirror=None, witness=None))
    found = proposed_answer("mirror", {"failed": "back-end"}, unrecorded, seen)
    assert found is not None
    assert (found.answer, found.against) == ("", "Not mirrored; worksheets: SQL Server store of pool01.contoso.com")


def test_a_partner_is_told_and_where_it_is_silent_it_cannot_take_over() -> None:
    partners = {POOL.fqdn: SE.fqdn, SE.fqdn: POOL.fqdn}
    assert proposed("gate", replace(without("sql01"), partners=partners)) == ""
    assert proposed("gate", replace(without("sql01", "se02"), partners=partners)) == "partner-cannot"
    assert proposed("gate", replace(without("sql01"), partners={POOL.fqdn: ""})) == "unpaired"
    assert proposed("gate", without("sql01")) is None
    recorded = with_pool(CONTOSO, replace(POOL, backup_pool=SE.fqdn))
    found = proposed_answer("gate", {}, recorded, replace(without("sql01"), partners={POOL.fqdn: ""}))
    assert found is not None
    assert found.against == "Paired; worksheets: pool01.contoso.com with se02.contoso.com"


PAIR = tuple(replace(one, backup_pool=other.fqdn) for one, other in ((POOL, SE), (SE, POOL)))
PAIRED = replace(CONTOSO, pools=(*PAIR, EDGE))


@pytest.mark.parametrize(
    ("names", "state", "answer", "says"),
    [
        ("fe01 fe02 fe03 sql01 sql02", "FailedOver", "partner-serves", "PoolState of pool01.contoso.com is FailedOver"),
        ("", "failedover", "failback", "se02.contoso.com serves its users"),
        ("edge01", "FailedOver", "failback", "se02.contoso.com serves its users"),
        ("sql01", "FailingOver", "", "a failover was begun; where nothing runs, pool-failover once more"),
        ("sql01", "Active", "", "PoolState of pool01.contoso.com is Active"),
        ("sql01", "FailedBack", "", "the servers of se02.contoso.com answer"),
        ("sql01 se02", "Active", "partner-cannot", "se02.contoso.com no answer"),
    ],
)
def test_who_serves_the_users_now_is_what_the_pool_state_says(names: str, state: str, answer: str, says: str) -> None:
    seen = replace(without(*names.split()), states={POOL.fqdn: state})
    found = from_hosts("gate", {}, PAIRED, seen)
    assert found is not None
    assert found.answer == answer
    assert says in found.evidence


@pytest.mark.parametrize("name", ["mon01", "chatsql01", "sql03", "fs01", "edge01"])
def test_what_a_pool_goes_on_without_is_no_matter_of_pairing(name: str) -> None:
    found = from_hosts("gate", {}, PAIRED, without(name))
    assert found is not None
    assert found.answer == "unpaired"
    assert f"{name}.contoso.com no answer" in found.evidence


def test_an_edge_pool_of_one_server_is_lost_as_a_whole_where_there_is_another() -> None:
    first, second = (
        Pool(f"edge{n}.contoso.com", "edge", servers=(Server(f"edge0{n}.contoso.com", 1),)) for n in (1, 2)
    )
    assert proposed("failed", without("edge01"), replace(CONTOSO, pools=(POOL, SE, first))) == "member"
    assert proposed("failed", without("edge01"), replace(CONTOSO, pools=(POOL, SE, first, second))) == "other-pool"


def test_where_no_host_names_the_partner_the_recorded_one_stands() -> None:
    found = from_hosts("gate", {}, PAIRED, without("sql01"))
    assert found is not None
    assert found.answer == ""
    assert found.evidence == (
        "worksheets: pool01.contoso.com is paired with se02.contoso.com; the servers of se02.contoso.com answer"
    )


def test_a_missing_answer_is_never_a_no() -> None:
    (mine, _) = standings(PAIRED, None)
    assert (mine.runs, mine.state, mine.failed_over) == ("cannot-tell", "", False)
    unasked = SurveyResult({name: "" for name in NAMES if not name.startswith("se02")}, host=HOST)
    assert standings(PAIRED, unasked)[0].runs == "cannot-tell"
    cut_off = SurveyResult(dict.fromkeys(NAMES, "no answer"))
    assert standings(PAIRED, cut_off)[0].runs == "cannot-tell"
    partly = with_pool(PAIRED, replace(PAIR[1], servers=(*SE.servers, Server("edge01.contoso.com", 2))))
    assert standings(partly, without("edge01"))[0].runs == "partly"


def test_the_first_site_of_a_stretched_chat_pool_is_lost_while_the_second_lives() -> None:
    second = SqlInstance("sql03.contoso.com", "CHAT")
    stretched = Pool(
        "chat.contoso.com", "persistent-chat", servers=(Server("chat01.contoso.com", 1),), chat=CHAT,
        chat_secondary=second,
    )  # fmt: skip
    deployment = replace(CONTOSO, pools=(replace(POOL, chat=None), SE, EDGE, stretched))
    assert proposed("failed", without("chatsql01"), deployment) == "chat-site"
    assert proposed("failed", without("chatsql01", "sql03"), deployment) != "chat-site"


def test_a_member_is_an_edge_server_where_its_pool_is_one() -> None:
    assert proposed("edge", without("edge02"), failed="member") == "yes"
    assert proposed("edge", without("fe02"), failed="member") == "no"
    assert proposed("edge", without("fe02", "edge02"), failed="member") is None
    silent = without("edge01", "edge02")
    assert proposed("edge", silent, failed="other-pool") == "yes", "no other Edge pool could take federation over"
    second = Pool("edge2.contoso.com", "edge", servers=(Server("edge11.contoso.com", 1),))
    two = replace(CONTOSO, pools=(*CONTOSO.pools, second))
    assert proposed("edge", silent, two, failed="other-pool") == ""
    here, there = frozenset({"edge.contoso.com"}), frozenset({"edge2.contoso.com"})
    for routes, answer in (
        ({"federation": here, "xmpp": here}, "federation"),
        ({"federation": there, "xmpp": here}, "xmpp"),
        ({"federation": there, "xmpp": frozenset[str]()}, "yes"),
    ):
        assert proposed("edge", replace(silent, routes=routes), two, failed="other-pool") == answer


def test_deployed_services_that_the_worksheets_lack_are_to_be_corrected() -> None:
    front = Service(POOL.fqdn, properties={"ArchivingDatabase": "ArchivingDatabase:mon01.contoso.com"})
    seen = replace(without("fe02", "fe03"), services={"Registrar": (front,), "PersistentChatServer": ()})
    assert proposed("features", seen, failed="front-ends") == "differs"
    found = proposed_answer("features", {"failed": "front-ends"}, CONTOSO, seen)
    assert found is not None
    assert "pool01.contoso.com: archiving" in found.evidence
    assert found.against.startswith("Yes, as the worksheets say; worksheets: ")


INSTANCES = [*SQL, MON, CHAT, SqlInstance(SE.fqdn, "rtc")]
SEEN = st.builds(
    SurveyResult,
    doors=st.fixed_dictionaries({name: st.sampled_from(["", "no answer"]) for name in NAMES}),
    databases=st.dictionaries(
        st.sampled_from([instance.key for instance in INSTANCES]),
        st.frozensets(st.sampled_from(["xds", "rtcxds", "mgc", "lcslog", "lcscdr", "qoemetrics"])),
    ),
    host=st.sampled_from(["", "fe01.contoso.com", "se02.contoso.com"]),
    pointer=st.none() | st.sampled_from([SqlInstance(""), *INSTANCES]),
    partners=st.dictionaries(st.sampled_from([POOL.fqdn, SE.fqdn]), st.sampled_from(["", SE.fqdn, "gone.contoso.com"])),
    mirrors=st.dictionaries(
        st.sampled_from([POOL.fqdn, SE.fqdn]),
        st.just((Mirroring("rtcxds", NEITHER, NEITHER),)) | st.just((Mirroring("rtcxds", "Principal", "Mirror"),)),
    ),
)


@given(SEEN, st.sampled_from([option.id for option in QUESTIONS[1].options]), st.sampled_from(["", "collocated"]))
def test_whatever_is_seen_the_proposal_is_one_of_the_answers(seen: SurveyResult, failed: str, place: str) -> None:
    for question in QUESTIONS:
        found: ProposedAnswer | None = proposed_answer(question.id, {"failed": failed, "place": place}, CONTOSO, seen)
        assert found is None or found.answer in {"", *(option.id for option in question.options)}
        assert found is None or found.evidence
