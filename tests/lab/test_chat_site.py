"""A stretched Persistent Chat pool over TDS and its cmdlets, and what databases of the store say of themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Limits, sql_session
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.command import Statement
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.sql_instances import LOGIN, SimulatedInstance
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.scenarios.paired import LOGS, log_name
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.tds.listener import Listener
from tests.lab.console import Console
from tests.lab.test_paired_farm import ADMIN, ONE, STANDBY_FE, TWO

PASSWORD = "Pa55word-of-sql"
SECOND, SHARE = "chatsql11.contoso.com", "\\\\fs11.contoso.com\\ChatLogs"
POOL = "PersistentChatServer:chatpool.contoso.com"


class Instance:
    """One simulated instance over TDS, through the wizard's own SQL session."""

    def __init__(self, simulation: Simulation, fqdn: str, name: str) -> None:
        there = SimulatedInstance(simulation, fqdn, name, lambda: PASSWORD)
        self.listener = Listener(SqlEngine(there), server_context(*self_signed([fqdn])))
        endpoint = SqlEndpoint(f"{fqdn}\\{name}", "127.0.0.1", self.listener.port, "sql", verify=False)
        self.session = sql_session.open_session(endpoint, Credentials(LOGIN, Secret(PASSWORD)), Redactor())

    def run(self, name: str, **parameters: Any) -> tuple[list[dict[str, Any]], str]:
        """The rows, and what was refused."""
        command = Statement(name, tuple(parameters.items()))
        reply = self.session.run(command, limits=Limits(overall=30), on_output=lambda _: None, cancel=threading.Event())
        refused = "; ".join(e.message for e in reply.errors) or ("" if reply.state == "completed" else reply.why)
        return [dict(row.properties) for row in reply.objects], refused

    def close(self) -> None:
        self.session.close()
        self.listener.close()


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    folder = tmp_path_factory.mktemp("chat")
    build.build("contoso-failover-chat", folder, seed=7)
    return Simulation.load(folder, speed=1e9)


@pytest.fixture
def second(lost: Simulation) -> Iterator[Instance]:
    opened = Instance(lost, SECOND, "LYNC")
    yield opened
    opened.close()


def test_logs_are_applied_in_sequence_and_the_last_ones_bring_the_last_messages(
    lost: Simulation, second: Instance
) -> None:
    assert second.run("log-shipping-secondary", Database="mgc")[0] == [{"secondary_database": "mgc"}]
    assert second.run("delete-log-shipping-secondary", Database="mgc")[1] == ""
    assert second.run("log-shipping-secondary", Database="mgc")[0] == []
    messages = len(lost.state.instances[f"{SECOND}\\lync"].contents["mgc"]["tblChat"])
    gap = second.run("restore-log", Database="mgc", Path=(f"{SHARE}\\{log_name(LOGS)}",))[1]
    assert "too recent to apply to the database" in gap
    logs = tuple(f"{SHARE}\\{log_name(number)}" for number in range(1, LOGS + 1))
    assert second.run("restore-log", Database="mgc", Path=logs)[1] == ""
    assert len(lost.state.instances[f"{SECOND}\\lync"].contents["mgc"]["tblChat"]) == messages + 10
    assert second.run("kill-connections", Database="mgc")[1] == ""
    assert second.run("recover-database", Database="mgc")[1] == ""
    assert second.run("database-state", Database="mgc")[0][0]["state_desc"] == "ONLINE"


def test_each_server_has_a_state_and_the_list_of_active_ones_is_changed_like_a_list(lost: Simulation) -> None:
    shell = Console(lost, STANDBY_FE, ADMIN)
    states = shell.run("Get-CsPersistentChatState", Identity=POOL)
    assert states.column("PoolState") == ["Normal", "Normal"]
    assert shell.run("Set-CsPersistentChatState", Identity=POOL, PoolState="FailedOver").ok
    assert shell.run("Get-CsPersistentChatState", Identity=POOL).column("PoolState") == ["FailedOver", "FailedOver"]

    def active() -> list[str]:
        return list(shell.run("Get-CsService", PersistentChatServer=True).column("ActiveServers")[0])

    assert shell.run("Set-CsPersistentChatActiveServer", Identity=POOL, ActiveServers=None).ok
    assert active() == []
    added = {"Add": ["chat01.contoso.com", "chat02.contoso.com"]}
    assert shell.run("Set-CsPersistentChatActiveServer", Identity=POOL, ActiveServers=added).ok
    assert len(active()) == 2
    removed = {"Remove": "chat01.contoso.com"}
    assert shell.run("Set-CsPersistentChatActiveServer", Identity=POOL, ActiveServers=removed).ok
    assert active() == ["chat02.contoso.com"]
    assert shell.run("Set-CsPersistentChatActiveServer", Identity=POOL, Swap=True).ok
    assert active() == ["chat01.contoso.com"]
    strange = shell.run("Set-CsPersistentChatActiveServer", Identity=POOL, ActiveServers={"Add": "fe01.contoso.com"})
    assert not strange.ok


def test_each_database_of_the_store_says_whether_it_is_in_use(lost: Simulation) -> None:
    values = {}
    for fqdn in ("sql01.contoso.com", "sql11.contoso.com", "sql12.contoso.com"):
        instance = Instance(lost, fqdn, "RTC")
        rows, refused = instance.run("central-state")
        values[fqdn.partition(".")[0]] = rows[0]["Value"] if rows else refused
        instance.close()
    assert (values["sql01"], values["sql11"]) == (0, 3)
    assert "acting as a mirror database" in values["sql12"]
    assert set(lost.state.central) == {ONE, TWO}
