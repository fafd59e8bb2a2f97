"""What a plan decides on the walk through its procedure: conditions by facts and answers, ways, servers and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lync_wizard.deployment import Pool
from lync_wizard.plans.fill import Fill, Findings
from lync_wizard.procedures import ForEach, Step, collections, conditions, step_range
from lync_wizard.procedures.conditions import Situation
from lync_wizard.procedures.expand import Chooser, Place, Round
from lync_wizard.procedures.placeholders import Values


@dataclass(frozen=True)
class PlanChooser(Chooser[Values]):
    """Decides for one target; the scope of its walk are the values at a place.

    ``options`` are the choices by question, ``everywhere`` whether the whole deployment is the target.
    """

    answers: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    everywhere: bool
    findings: Findings

    def left_out(self, names: Sequence[str]) -> Mapping[str, str]:
        return step_range.of(self.answers).left_out(names)

    def unmet(self, when: Sequence[str], scope: Values) -> str:
        situation = Situation(scope.deployment, scope.pool, scope.server, scope.backup_set, self.answers)
        names = [name for name in when if not conditions.holds(name, situation, self.options)]
        return "; ".join(map(conditions.why_not, names))

    def on(self, step: Step, place: Place[Values]) -> tuple[Values, str]:
        server = Fill(step, place.group.name, place.scope, self.findings).text(step.on)
        return replace(place.scope, server=server), server

    def ways(self, step: Step) -> Sequence[str]:
        return [self.answers[step.ask]] if step.ways else ()

    def rounds(self, each: ForEach, place: Place[Values]) -> Sequence[Round[Values]]:
        values = place.scope
        if names := collections.DATABASE_LISTS.get(each.over):
            return self._databases(each, names, values)
        items = collections.items(each.over, values.deployment, values.pool, self.answers)
        return [Round(item.name, _bound(values, each, item)) for item in items]

    def _databases(self, each: ForEach, names: tuple[str, ...], values: Values) -> list[Round[Values]]:
        """Those of the whole deployment for a backup, of the target pool for a restore."""
        known, pool, chosen = values.deployment, values.pool, values.backup_set
        databases = (known if self.everywhere else replace(known, pools=(pool,))).databases(*names)
        if not databases:
            where = known.name if self.everywhere else pool.fqdn
            return [Round("", values, omitted=f"{where} has none of {', '.join(names)}")]
        found = []
        for one in databases:
            here = replace(values, bound={**values.bound, each.bind: one.name}, database=one)
            saved = chosen and any(a.path.lower() == one.artifact.lower() for a in chosen.of_kind("Sql"))
            if chosen and not saved:
                found.append(Round(one.name, here, omitted="not in the backup set"))
                continue
            alone = [other.name for other in databases].count(one.name) == 1
            found.append(Round(one.name if alone else f"{one.name}@{one.instance}", here))
        return found


def first_server(pool: Pool) -> str:
    """The server at hand where a pool is meant; the pool itself where it has no servers."""
    return next(iter(pool.server_fqdns), pool.fqdn)


def _bound(values: Values, each: ForEach, item: collections.CollectionItem) -> Values:
    """The values of one round; a bound ``<ServerFqdn>`` is the current server."""
    if item.pool:
        values = replace(values, pool=item.pool, server=first_server(item.pool))
    if each.bind == "ServerFqdn":
        values = replace(values, server=item.name)
    return replace(values, bound={**values.bound, **item.bound, each.bind: item.name})
