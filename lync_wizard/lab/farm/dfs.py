"""A folder of the domain's DFS namespace with a file store: its servers reach it, its own targets by a registry value.

The namespace is a host of its own, with the domain's name and no remote management; what lies in the folder lies there
once, whichever target is asked.
"""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm.state import State

MUP: Final = r"hklm:\system\currentcontrolset\services\mup\parameters"
LOOPBACK: Final = "EnableDfsLoopbackTargets"
TARGETS: Final = "dfs-targets"
"""The fact that names the servers that are targets of the folder."""


def is_namespace(state: State, fqdn: str) -> bool:
    """Whether a host is none: the domain's own name."""
    return fqdn.lower() == state.directory.domain.lower()


def refuse_loopback(state: State, host: str) -> None:
    """Raise FileNotFoundError where a target asks for the folder and may not be led to itself."""
    known = state.host(host)
    if known is None or known.fqdn not in state.facts.get(TARGETS, ()):
        return
    if known.registry.get(MUP, {}).get(LOOPBACK) != 1:
        raise FileNotFoundError("The network path was not found: a DFS target is not led to itself.")
