"""Persistent Chat around a pool: its servers, its database, and how a backup set saved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lync_wizard.backup import Artifact, BackupSet, Manifest, contents
from lync_wizard.deployment import Deployment, Pool, Server, SqlInstance, persistent_chat
from lync_wizard.procedures import targets

AT = SqlInstance("chatsql01.contoso.com", "LYNC")
USERS = Pool(
    "pool01.contoso.com", "enterprise", servers=(Server("fe01.contoso.com", 1), Server("fe02.contoso.com", 2)),
    sql=SqlInstance("sql01.contoso.com", "RTC"), features=frozenset({"persistent-chat"}), chat=AT,
    chat_pool="CHATPOOL.contoso.com",
)  # fmt: skip
ROOMS = Pool(
    "chatpool.contoso.com", "persistent-chat", servers=(Server("chat01.contoso.com", 1),), chat=AT,
    chat_pool="chatpool.contoso.com",
)  # fmt: skip
ALONE = Pool(
    "se01.contoso.com", "standard-edition", servers=(Server("se01.contoso.com", 1),), chat_pool="se01.contoso.com",
    features=frozenset({"persistent-chat"}), sql=SqlInstance("se01.contoso.com", "RTC"),
    chat=SqlInstance("SE01.contoso.com", "RTC"),
)  # fmt: skip
NONE = Pool("pool02.contoso.com", "enterprise", servers=(Server("fe09.contoso.com", 1),))
ALL = Deployment("contoso", pools=(USERS, ROOMS, ALONE, NONE))


def set_of(*paths: str) -> BackupSet:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    files = []
    for path in paths:
        kind, _, rest = path.partition("/")
        of = rest.removesuffix(".zip") if kind == "PersistentChat" else rest.partition("/")[0].replace("_", "\\", 1)
        files.append(Artifact(path, 1, "00" * 32, kind, of, "h", "c", at))
    return BackupSet(Path("set"), Manifest("set", "contoso", at, "me", "x", {}, tuple(files)))


def test_servers_are_those_of_the_pool_that_runs_it() -> None:
    assert persistent_chat.servers(ALL, USERS) == persistent_chat.servers(ALL, ROOMS) == ("chat01.contoso.com",)
    assert persistent_chat.servers(ALL, ALONE) == ("se01.contoso.com",)
    assert persistent_chat.servers(ALL, NONE) == ()


def test_only_a_pool_that_runs_it_beside_other_roles_is_collocated() -> None:
    assert [persistent_chat.collocated(ALL, pool) for pool in ALL.pools] == [False, False, True, False]


def test_a_database_on_the_pool_or_its_back_end_is_lost_with_it() -> None:
    assert [persistent_chat.on_back_end(pool) for pool in ALL.pools] == [False, False, True, False]
    assert persistent_chat.on_back_end(replace(USERS, chat=SqlInstance("SQL01.contoso.com", "CHAT")))


def test_an_export_is_found_under_the_name_of_any_pool_that_uses_the_database() -> None:
    for name in ("pool01.contoso.com", "ChatPool.contoso.com"):
        saved = set_of(f"PersistentChat/{name}.zip")
        assert [bool(contents.chat_export(saved, ALL, pool)) for pool in ALL.pools] == [True, True, False, False]
    assert contents.chat_export(None, ALL, ROOMS) is None


def test_a_sql_backup_is_that_of_the_instance() -> None:
    saved = set_of("Sql/ChatSQL01.contoso.com_LYNC/mgc.bak", "Sql/mon01.contoso.com_LYNC/LcsLog.bak")
    assert [contents.chat_saved_by_sql(saved, pool) for pool in ALL.pools] == [True, True, False, False]
    assert not contents.chat_saved_by_sql(set_of("Sql/other.contoso.com_LYNC/mgc.bak"), ROOMS)


def test_a_restore_is_aimed_at_pools_that_have_it() -> None:
    assert targets.fqdns("persistent-chat", ALL) == [pool.fqdn for pool in (USERS, ROOMS, ALONE)]
