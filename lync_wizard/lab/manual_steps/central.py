"""Deeds that get a server ready to hold the Central Management store again."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import SqlInstance
from lync_wizard.lab.manual_steps.registry import Scene, action, up

EXPRESS: Final = "rtc"
"""The instance that setup brings along for a Standard Edition server's own databases."""


def _alone(scene: Scene) -> bool:
    """Whether the server was a pool of its own with a user store: Standard Edition."""
    store = topology.known(scene.before).store(scene.host.fqdn.lower(), "UserStore")
    return store is not None and store.primary.partition("\\")[0] == scene.host.fqdn.lower()


def _key(scene: Scene) -> str:
    return f"{scene.host.fqdn}\\{EXPRESS}".lower()


def _bar_prepare(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if not scene.joined:
        return "the computer is not a member of the domain"
    return "SQL Server Express is installed already" if _key(scene) in scene.state.instances else ""


@action(
    "prepare-first-standard-edition",
    "Prepare first Standard Edition server, on {host}",
    20 * 60,
    bar=_bar_prepare,
    fits=_alone,
)
def _prepare(scene: Scene) -> str:
    """SQL Server Express and its firewall rules; databases come later, by Install-CsDatabase."""
    scene.state.instances[_key(scene)] = SqlInstance(scene.host.fqdn, EXPRESS)
    return "Prepare first Standard Edition server: SQL Server Express is installed, the firewall is open"


def _bar_tools(scene: Scene) -> str:
    return up(scene) or ("the administrative tools are installed already" if scene.host.module else "")


@action(
    "install-administrative-tools",
    "Install the Lync administrative tools on {host}",
    600,
    bar=_bar_tools,
    fits=lambda scene: bool(scene.old.lync_version),
)
def _tools(scene: Scene) -> str:
    scene.host.module = True
    return "Install Administrative Tools: task status completed"
