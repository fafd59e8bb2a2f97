"""Scenario files: read with their base, completed with defaults, and brought into one shape."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import yaml_document
from lync_wizard.core.errors import InputError

_FOLDER: Final = Path(__file__).parent
USER_POOLS: Final = ("standard-edition", "enterprise")
"""Kinds of pools that users are homed on."""


def names() -> list[str]:
    """The scenarios there are."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    """A scenario as :mod:`lync_wizard.lab.scenarios.blueprint` wants it. Raises :class:`InputError` for an unknown one.

    ``base`` names the scenario whose keys apply where this one has none of its own. Completed are ``sites`` (the first
    is the default), ``lost`` (a list), ``central`` (FQDN of the pool with the active Central Management store); of
    each pool ``kind``, ``site``, ``servers``, ``sql``, ``file-store``, ``users``; of each SQL and file server
    ``site``. ``standby`` names the pool with the standby of the store, ``pairs`` each pool's backup pool.
    ``mirrored: false`` takes mirrors and witnesses out, ``witness: false`` the witnesses alone; SQL servers
    that then carry nothing go with them. ``test-accounts``: ``recorded`` in the worksheets (the default),
    ``monitored`` (Get-CsHealthMonitoringConfiguration names them), or ``none``.
    ``dfs`` puts a folder of the domain's DFS namespace in the place of a file store (``folder``, ``instead-of``) and
    names the servers that are ``targets`` of it. ``more-pools``, ``more-sql-servers`` and ``more-file-servers`` add to
    those of the base.
    """
    return complete(_merged(name))


def _merged(name: str) -> dict[str, Any]:
    if name not in names():
        raise InputError(f"there is no scenario called {name!r}", f"Choose one of {', '.join(names())}.")
    problems = yaml_document.Problems()
    node = yaml_document.load(_FOLDER / f"{name}.yaml", problems)
    problems.raise_any(f"scenario {name}")
    own = dict(node.plain()) if node else {}
    base = own.pop("base", None)
    return {**(_merged(base) if base else {}), **own}


def complete(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario with the defaults of everything that its file may leave out (see :func:`read`)."""
    sites = list(scenario.get("sites") or [scenario["site"]])
    lost = scenario.get("lost") or []
    pools = [_pool(pool, scenario, sites[0]) for pool in (*scenario["pools"], *scenario.get("more-pools", ()))]
    pools = [_on_dfs(pool, scenario.get("dfs", {})) for pool in pools]
    new = _pool(scenario["replacement"], scenario, sites[0]) if "replacement" in scenario else None
    named = [*scenario.get("sql-servers", ()), *scenario.get("more-sql-servers", ())]
    servers = [{"site": sites[0], "stores": [], "databases": {}, **server} for server in named]
    every = [*pools, *([new] if new else [])]
    used = {pool[key].partition("\\")[0] for pool in every for key in ("sql", "mirror", "witness") if pool.get(key)}
    beside = ("mirror", "shipping", "shipping-mirror")
    used |= {server[key].partition("\\")[0] for server in servers for key in beside if key in server}
    named = [*scenario.get("file-servers", ()), *scenario.get("more-file-servers", ())]
    named += [{"fqdn": scenario["domain"]}] if "dfs" in scenario else []
    files = [{"site": sites[0], "shares": [], **server} for server in named]
    return {
        **scenario,
        **({"replacement": new} if new else {}),
        "sites": sites,
        "lost": [lost] if isinstance(lost, str) else list(lost),
        "central": scenario["central"],
        "pools": pools,
        "sql-servers": [server for server in servers if server["databases"] or server["fqdn"] in used],
        "file-servers": files,
    }


def _pool(pool: Mapping[str, Any], scenario: Mapping[str, Any], site: str) -> dict[str, Any]:
    fqdn = pool["fqdn"]
    full = {"kind": "standard-edition", "site": site, "servers": [fqdn], "users": {}, **pool}
    if full["kind"] == "standard-edition":
        full.setdefault("sql", f"{fqdn}\\rtc")
        full.setdefault("file-store", f"\\\\{fqdn}\\{pool['share']}")
    if not scenario.get("mirrored", True):
        full.pop("mirror", None)
    if not scenario.get("witness", True) or "mirror" not in full:
        full.pop("witness", None)
    return full


def _on_dfs(pool: dict[str, Any], dfs: Mapping[str, Any]) -> dict[str, Any]:
    moved = bool(dfs) and pool.get("file-store", "").lower() == str(dfs["instead-of"]).lower()
    return {**pool, "file-store": dfs["folder"]} if moved else pool
