"""connections.yaml and passwords: where hosts are reached, as whom, and that a wrong password goes to one host only."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lync_wizard.core.errors import Denied, InputError, Refused, Unreachable
from lync_wizard.core.secret import Secret
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.addresses import Account, AddressBook, Credentials, Endpoint, SqlEndpoint
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.passwords import Passwords

ADA = Account("CONTOSO\\ada", "ADA_PASSWORD")
RIGHT, WRONG = Secret("right"), Secret("wrong")


def book(tmp_path: Path, text: str) -> AddressBook:
    path = tmp_path / "connections.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    found = read(path, problems)
    assert [str(p) for p in problems] == []
    return found


class TestAddressBook:
    def test_without_a_file_it_is_production_with_defaults(self, tmp_path: Path) -> None:
        found = read(tmp_path / "connections.yaml", Problems())
        assert (found.environment.kind, found.environment.id) == ("production", "")
        assert found.endpoint("fe01.contoso.com", "lync-admin") == Endpoint()
        assert found.sql("be01.contoso.com\\RTC") == SqlEndpoint("be01.contoso.com\\RTC")
        assert found.share("\\\\backup01\\Lync") is None

    def test_a_host_is_found_in_any_case_with_the_account_of_its_role(self, tmp_path: Path) -> None:
        found = book(
            tmp_path,
            "environment: {kind: drill, id: d1}\n"
            "accounts: {lync-admin: {user: CONTOSO\\ada, password_env: ADA_PASSWORD}}\n"
            "defaults: {auth: ntlm, operation_timeout: 5}\n"
            "hosts: {FE01.contoso.com: {address: 10.0.0.21}, edge01.contoso.com: {ssl: true, user: EDGE01\\admin}}\n",
        )
        assert (found.environment.kind, found.environment.id) == ("drill", "d1")
        fe = found.endpoint("fe01.Contoso.com.", "lync-admin")
        assert (fe.address, fe.port, fe.auth, fe.operation_timeout, fe.account) == ("10.0.0.21", 5985, "ntlm", 5, ADA)
        edge = found.endpoint("edge01.contoso.com", "lync-admin")
        assert (edge.port, edge.ssl, edge.auth, edge.account) == (5986, True, "ntlm", Account("EDGE01\\admin"))
        assert found.endpoint("other.contoso.com", "domain-admin").account == Account()
        with pytest.raises(InputError) as refused:
            found.endpoint("fe01.contoso.com", "lync-amdin")
        assert "Did you mean lync-admin?" in refused.value.hint

    def test_a_ca_file_lies_beside_the_file(self, tmp_path: Path) -> None:
        found = book(tmp_path, "hosts: {a.b: {ssl: true, verify: ca.pem}, c.d: {ssl: true, verify: false}}\n")
        assert found.endpoint("a.b", "lync-admin").verify == str(tmp_path / "ca.pem")
        assert found.endpoint("c.d", "lync-admin").verify is False

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
    def test_basic_in_clear_text_reaches_only_this_machine(self, tmp_path: Path, address: str) -> None:
        found = book(tmp_path, f"defaults: {{auth: basic}}\nhosts: {{lab.contoso.com: {{address: '{address}'}}}}\n")
        assert found.endpoint("lab.contoso.com", "lync-admin").auth == "basic"
        with pytest.raises(Refused, match="clear text"):
            found.endpoint("fe01.contoso.com", "lync-admin")

    def test_sql_instances(self, tmp_path: Path) -> None:
        found = book(
            tmp_path,
            "accounts: {sql-admin: {user: CONTOSO\\dba}}\n"
            "sql:\n  be01.contoso.com\\RTC: {address: 10.0.0.31, port: 1433}\n"
            "  mon01.contoso.com: {auth: sql, user: backup, password_env: MON_SQL, verify: false}\n",
        )
        rtc = found.sql("BE01.contoso.com\\rtc")
        assert (rtc.server, rtc.address, rtc.port, rtc.auth) == ("be01.contoso.com\\RTC", "10.0.0.31", 1433, "windows")
        assert rtc.account == Account("CONTOSO\\dba")
        mon = found.sql("mon01.contoso.com\\MSSQLSERVER")
        assert (mon.auth, mon.verify, mon.account) == ("sql", False, Account("backup", "MON_SQL"))

    def test_the_longest_mapped_share_wins_and_the_rest_is_joined(self, tmp_path: Path) -> None:
        found = book(
            tmp_path,
            "shares:\n  \\\\backup01.contoso.com\\Lync: /mnt/lync\n"
            "  \\\\backup01.contoso.com\\Lync\\Old: /mnt/old\n  '\\\\file01\\Share': local\n",
        )
        assert (
            found.share("\\\\BACKUP01.contoso.com\\lync\\Set 1\\Config.zip")
            == tmp_path / "/mnt/lync" / "Set 1" / "Config.zip"
        )
        assert found.share("\\\\backup01.contoso.com\\Lync\\old\\") == tmp_path / "/mnt/old"
        assert found.share("\\\\file01\\Share\\x") == tmp_path / "local" / "x"
        assert found.share("\\\\backup01.contoso.com\\LyncOther\\x") is None
        with pytest.raises(InputError):
            found.share("\\\\backup01.contoso.com\\Lync\\..\\..\\etc")

    def test_a_password_in_the_file_is_a_problem_that_does_not_repeat_it(self, tmp_path: Path) -> None:
        path = tmp_path / "connections.yaml"
        path.write_text("defaults: {password: hunter2}\nsql: {a.b: {PWD: hunter2}}\npassword: hunter2\n")
        problems = Problems()
        read(path, problems)
        text = "\n".join(str(p) for p in problems)
        assert text.count("passwords are never in this file") == 3
        assert "hunter2" not in text


class Farm:
    """Hosts that know one right password, and remember what they were sent."""

    def __init__(self, right: Secret = RIGHT) -> None:
        self.right = right
        self.sent: list[str] = []
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()

    def connect(self, credentials: Credentials) -> str:
        assert credentials.password is not None
        self.sent.append(credentials.password.reveal())
        self.entered.release()
        assert self.go_on.wait(10)
        if credentials.password != self.right:
            raise Denied("the host refused the account", "Check the password.")
        return "session"


def passwords(*, env: Secret | None = None, ring: Secret | None = None, asked: list[Secret] | None = None) -> Passwords:
    answers = iter(asked or [])
    return Passwords(
        lambda _: next(answers, None),
        environment=lambda name: env if name == ADA.password_env else None,
        keyring=lambda user: ring if user == ADA.user else None,
    )


class TestPasswords:
    def test_the_environment_comes_before_the_keyring_before_a_person(self) -> None:
        for known in (
            passwords(env=RIGHT, ring=WRONG, asked=[WRONG]),
            passwords(ring=RIGHT, asked=[WRONG]),
            passwords(asked=[RIGHT]),
        ):
            farm = Farm()
            assert known.use(ADA, farm.connect) == "session"
            assert farm.sent == ["right"]

    def test_a_refused_password_yields_to_the_next_source(self) -> None:
        farm = Farm()
        assert passwords(env=WRONG, asked=[Secret("typo"), RIGHT]).use(ADA, farm.connect) == "session"
        assert farm.sent == ["wrong", "typo", "right"]

    def test_a_person_is_asked_once(self) -> None:
        known, farm = passwords(asked=[RIGHT, WRONG]), Farm()
        for _ in range(3):
            known.use(ADA, farm.connect)
        known.use(Account("contoso\\ADA"), farm.connect)
        assert farm.sent == ["right"] * 4

    def test_what_a_command_hands_over_is_asked_once_and_anew_after_it_failed(self) -> None:
        known = passwords(asked=[WRONG, RIGHT])
        assert [known.given(ADA), known.given(ADA)] == [WRONG, WRONG]
        known.forget(ADA)
        assert known.given(ADA) == RIGHT
        known.forget(ADA)
        with pytest.raises(Denied, match="no password for") as refused:
            known.given(ADA)
        assert "keyring" in refused.value.hint

    def test_a_password_with_which_somebody_has_signed_in_stays(self) -> None:
        known = passwords(asked=[RIGHT])
        known.use(ADA, Farm().connect)
        known.forget(ADA)
        assert known.given(ADA) == RIGHT

    def test_a_refused_password_is_never_sent_again(self) -> None:
        known, farm = passwords(env=WRONG, asked=[WRONG]), Farm()
        for _ in range(3):
            with pytest.raises(Denied):
                known.use(ADA, farm.connect)
        assert farm.sent == ["wrong"]

    def test_nobody_to_ask_is_a_refusal_with_a_hint(self) -> None:
        farm = Farm()
        with pytest.raises(Denied, match="no password for") as refused:
            passwords().use(ADA, farm.connect)
        assert "keyring" in refused.value.hint
        assert farm.sent == []

    def test_without_a_user_the_system_signs_in(self) -> None:
        assert passwords().use(Account(), lambda c: c) == Credentials(None, None)

    def test_another_error_says_nothing_about_the_password(self) -> None:
        known, farm = passwords(asked=[RIGHT]), Farm()

        def gone(_: Credentials) -> str:
            raise Unreachable("the host does not answer", "Check the network.")

        with pytest.raises(Unreachable):
            known.use(ADA, gone)
        assert known.use(ADA, farm.connect) == "session"

    def test_a_wrong_password_reaches_one_of_twenty_hosts(self) -> None:
        known, farm = passwords(env=WRONG), Farm()
        with ThreadPoolExecutor(20) as pool:
            runs = [pool.submit(known.use, ADA, farm.connect) for _ in range(20)]
            assert all(isinstance(run.exception(10), Denied) for run in runs)
        assert farm.sent == ["wrong"]

    def test_twenty_hosts_wait_for_the_first_and_then_go_together(self) -> None:
        known, farm = passwords(env=RIGHT), Farm()
        farm.go_on.clear()
        with ThreadPoolExecutor(20) as pool:
            runs = [pool.submit(known.use, ADA, farm.connect) for _ in range(20)]
            assert farm.entered.acquire(timeout=10)
            assert farm.sent == ["right"]
            farm.go_on.set()
            assert [run.result(10) for run in runs] == ["session"] * 20

    def test_a_proven_password_is_used_by_all_at_once(self) -> None:
        known, farm = passwords(env=RIGHT), Farm()
        known.use(ADA, farm.connect)
        assert farm.entered.acquire(timeout=10)
        farm.go_on.clear()
        with ThreadPoolExecutor(5) as pool:
            runs = [pool.submit(known.use, ADA, farm.connect) for _ in range(5)]
            together = [farm.entered.acquire(timeout=10) for _ in range(5)]
            farm.go_on.set()
            assert together == [True] * 5
            assert [run.result(10) for run in runs] == ["session"] * 5

    def test_one_host_that_refuses_a_good_account_does_not_cost_the_password(self) -> None:
        known, farm, strict = passwords(asked=[RIGHT]), Farm(), Farm(Secret("other"))
        known.use(ADA, farm.connect)
        with pytest.raises(Denied):
            known.use(ADA, strict.connect)
        assert known.use(ADA, farm.connect) == "session"

    def test_a_changed_password_is_dropped_when_it_is_refused_again(self) -> None:
        known, farm = passwords(asked=[RIGHT, Secret("newer")]), Farm()
        known.use(ADA, farm.connect)
        farm.right = Secret("newer")
        with pytest.raises(Denied):
            known.use(ADA, farm.connect)
        assert known.use(ADA, farm.connect) == "session"
        assert farm.sent == ["right", "right", "right", "newer"]

    def test_every_password_used_is_made_known_for_masking(self) -> None:
        seen: list[Secret] = []
        known = Passwords(lambda _: RIGHT, keyring=lambda _: None, on_secret=seen.append)
        known.use(Account("CONTOSO\\ada"), Farm().connect)
        assert seen == [RIGHT]
        assert "right" not in repr(Credentials("a", RIGHT))
