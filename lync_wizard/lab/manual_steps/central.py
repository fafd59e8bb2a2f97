"""Actions that prepare a server to hold the Central Management store again."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import SqlInstance
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable

EXPRESS: Final = "rtc"
"""The instance that setup brings along for a Standard Edition server's own databases."""


def _alone(context: Context) -> bool:
    """Whether the server was a pool of its own with a user store: Standard Edition."""
    store = topology.known(context.before).store(context.host.fqdn.lower(), "UserStore")
    return store is not None and store.primary.partition("\\")[0] == context.host.fqdn.lower()


def _key(context: Context) -> str:
    return f"{context.host.fqdn}\\{EXPRESS}".lower()


def _obstacle_to_prepare(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if not context.joined:
        return "the computer is not a member of the domain"
    return "SQL Server Express is installed already" if _key(context) in context.state.instances else ""


@action(
    "prepare-first-standard-edition",
    "Prepare first Standard Edition server, on {host}",
    20 * 60,
    obstacle=_obstacle_to_prepare,
    fits=_alone,
)
def _prepare(context: Context) -> str:
    """SQL Server Express and its firewall rules; databases come later, by Install-CsDatabase."""
    context.state.instances[_key(context)] = SqlInstance(context.host.fqdn, EXPRESS)
    return "Prepare first Standard Edition server: SQL Server Express is installed, the firewall is open"


def _obstacle_to_install_tools(context: Context) -> str:
    return unreachable(context) or ("the administrative tools are installed already" if context.host.module else "")


@action(
    "install-administrative-tools",
    "Install the Lync administrative tools on {host}",
    600,
    obstacle=_obstacle_to_install_tools,
    fits=lambda context: bool(context.old.lync_version),
)
def _tools(context: Context) -> str:
    context.host.module = True
    return "Install Administrative Tools: task status completed"
