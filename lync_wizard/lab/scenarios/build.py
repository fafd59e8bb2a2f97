"""Scenarios: a healthy deployment built from data, backed up by its own cmdlets, and then struck by the disaster."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import backups, blueprint, disaster, load, paired, standalone_sql
from lync_wizard.lab.scenarios.load import names
from lync_wizard.lab.scenarios.seeded import SeededValues
from lync_wizard.lab.verdict import restore

__all__ = ["STANDING", "build", "names", "strike"]

STANDING: Final = "standing"
"""The fact of a deployment that no disaster has struck yet."""
_BACKUP_AGE: Final = 6 * 3600.0
"""Seconds between the backup and the moment when the lab is started."""


def build(name: str, folder: Path, *, seed: int = 0, now: float | None = None, standing: bool = False) -> Simulation:
    """Build a scenario in the lab's ``folder`` and save it: healthy, backed up, kept as the snapshot, then broken.

    ``now`` (seconds since 1970) is when the disaster struck, the present by default. The same ``seed`` and ``now``
    give the same deployment. A deployment left ``standing`` stays healthy until :func:`strike`.
    Raises :class:`lync_wizard.core.errors.InputError` for an unknown scenario.
    """
    scenario = load.read(name)
    at = (timestamps.now().timestamp() if now is None else now) - _BACKUP_AGE
    state = blueprint.Blueprint(name, scenario, SeededValues(seed), at).state()
    simulation = Simulation(folder, state, speed=1e9, clock=lambda: at)
    blueprint.fill_disks(simulation, scenario, at)
    standalone_sql.fill(simulation, scenario, SeededValues(seed))
    paired.complete(simulation, scenario, at)
    simulation.save()
    backups.back_up(simulation, scenario, at)
    restore.take_snapshot(folder, simulation.state)
    if standing:
        with simulation.change() as state:
            state.lost = scenario["lost"]
            state.facts[STANDING] = True
    else:
        disaster.strike(simulation, scenario)
    return simulation


def strike(simulation: Simulation) -> None:
    """Let the disaster of its scenario strike a deployment that was left standing; does nothing a second time."""
    if simulation.state.facts.get(STANDING):
        with simulation.change() as state:
            del state.facts[STANDING]
        disaster.strike(simulation, load.read(simulation.state.scenario))
