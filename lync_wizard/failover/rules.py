"""The rules of a pair that neither Topology Builder nor a cmdlet enforces, and its update level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from lync_wizard.deployment import Pool
from lync_wizard.failover import readings
from lync_wizard.failover.answers import Couple, Heard, Line, PairAnswers, ServerAnswers
from lync_wizard.hosts import text_of

_EDITIONS: Final = {"enterprise": "Enterprise", "standard-edition": "Standard"}
_VIRTUAL: Final = ("virtual", "vmware", "kvm", "hvm", "xen", "qemu", "bochs")
"""What the model of a virtual machine is called by, in its vendor's words."""
_THREE: Final = 3
LYNC_2013: Final = "Lync Server 2013"
"""The product where the worksheets name none."""


def lines(couple: Couple, answers: PairAnswers) -> Iterator[Line]:
    """Each rule once for the pair."""
    yield _edition(couple)
    yield _site(couple)
    yield _windows(couple, answers)
    yield _hosting(couple, answers)
    yield _availability(couple)
    yield _capacity(couple)
    if any(len(pool.servers) >= _THREE for pool in couple.pools):
        yield _three(couple)
    yield _level(couple, answers)


def _edition(couple: Couple) -> Line:
    about = "edition"
    kinds = [pool.kind for pool in couple.pools]
    evidence = "deployment facts: " + ", ".join(f"{pool.fqdn} {pool.kind}" for pool in couple.pools)
    if kinds[0] != kinds[1]:
        hint = "Enterprise is paired with Enterprise, Standard with Standard: pair the pool with another one (pairing)."
        return Line(about, "no", "the pools are not of one edition", evidence, hint)
    return Line(about, "ok", f"both pools are {_EDITIONS.get(kinds[0], kinds[0])} Edition", evidence)


def _site(couple: Couple) -> Line:
    about = "sites"
    first, second = (pool.site for pool in couple.pools)
    evidence = f"deployment facts: {couple.first.fqdn} {first or 'no site'}, {couple.second.fqdn} {second or 'no site'}"
    if first and second and first.lower() == second.lower():
        hint = "What hits the site hits both. Pools are paired across sites, far enough apart for one disaster."
        return Line(about, "caution", f"both pools are in {first}", evidence, hint)
    return Line(about, "ok", "the pools are in different sites", evidence)


def _windows(couple: Couple, answers: PairAnswers) -> Line:
    about = "windows"
    found = _by_pool(couple, answers, lambda one: one.windows, _system)
    recorded = {pool.fqdn: {number} if (number := pool.windows.rpartition(", ")[2]) else set() for pool in couple.pools}
    by_pool = {pool.fqdn: found[pool.fqdn] or recorded[pool.fqdn] for pool in couple.pools}
    evidence = "Win32_OperatingSystem, else deployment facts → " + _shown(by_pool)
    return _same(about, by_pool, evidence, "one operating system", "Both pools must run the same Windows version.")


def _system(heard: Heard) -> str:
    """The version: Standard and Datacenter, and names in other languages, are one operating system."""
    return text_of(heard.records[0], "Version") or text_of(heard.records[0], "Caption")


def _hosting(couple: Couple, answers: PairAnswers) -> Line:
    """Recorded by a person; a model that says virtual machine speaks for itself."""
    about = "hosting"
    told = _by_pool(couple, answers, lambda one: one.computer, _model)
    by_pool: dict[str, set[str]] = {}
    for pool in couple.pools:
        written = couple.of(pool).hosting
        seen = {"virtual"} if any(name in one.lower() for one in told[pool.fqdn] for name in _VIRTUAL) else set()
        by_pool[pool.fqdn] = ({written} if written else set()) or seen
    evidence = f"deployment facts (pairing/hosting), Win32_ComputerSystem → {_shown(by_pool)}; models: {_shown(told)}"
    rule = "Physical is paired with physical, virtual with virtual."
    return _same(about, by_pool, evidence, "physical or virtual alike", rule, cell="pairing/hosting")


def _model(heard: Heard) -> str:
    return " ".join(part for part in (text_of(heard.records[0], key) for key in ("Manufacturer", "Model")) if part)


def _availability(couple: Couple) -> Line:
    about = "availability"
    by_pool = {pool.fqdn: {one} if (one := _method(couple, pool)) else set() for pool in couple.pools}
    evidence = f"deployment facts → {_shown(by_pool)}"
    if couple.first.kind == "standard-edition" == couple.second.kind:
        return Line(about, "ok", "Standard Edition has no availability of the Back End to compare", evidence)
    for pool in couple.pools:
        written = couple.of(pool).availability
        if written and pool.mirrored and written != "mirror":
            text = f"{pool.fqdn} has a mirror in the topology, and {written} is recorded"
            return Line(about, "caution", text, evidence, "Correct deployment-facts/pairing/availability.")
    product = couple.deployment.product or LYNC_2013
    if "2013" in product and any("always-on" in one for one in by_pool.values()):
        text = f"{product} has no availability groups, and always-on is recorded"
        return Line(about, "caution", text, evidence, "Correct deployment-facts/pairing/availability, or the product.")
    rule = "Both Back Ends use the same method: mirror, cluster or Always On, never mixed."
    found = _same(about, by_pool, evidence, "the same availability of the Back End", rule, cell="pairing/availability")
    if found.status == "ok" and "always-on" in by_pool[couple.first.fqdn]:
        text = "both Back Ends are in availability groups; xds and lis are not in them after the store was moved"
        return Line(about, "caution", text, evidence, "Look whether xds and lis are in the group (extra steps).")
    return found


def _method(couple: Couple, pool: Pool) -> str:
    return couple.of(pool).availability or ("mirror" if pool.mirrored else "")


def _capacity(couple: Couple) -> Line:
    """Only a person can say it."""
    return _yes(
        "capacity",
        {pool.fqdn: couple.of(pool).capacity for pool in couple.pools},
        ("each pool can carry the users of both", "cannot carry the users of both pools"),
        "Each pool carries all users of both, Response Group and Call Park included.",
    )


def _three(couple: Couple) -> Line:
    pools = [pool for pool in couple.pools if len(pool.servers) >= _THREE]
    return _yes(
        "three-together",
        {pool.fqdn: couple.of(pool).three_ran for pool in pools},
        ("three Front End Servers ran together once after pairing", "never had three Front End Servers running"),
        "Start three of them at the same time once, so that its data synchronise.",
        cell="three-ran",
    )


def _yes(
    about: str,
    said: dict[str, bool | None],
    words: tuple[str, str],
    hint: str,
    *,
    cell: str = "",
) -> Line:
    where = f"deployment-facts/pairing/{cell or about}"
    shown = {True: "yes", False: "no", None: "not recorded"}
    evidence = f"{where} → " + ", ".join(f"{fqdn} {shown[one]}" for fqdn, one in said.items())
    if refused := [fqdn for fqdn, one in said.items() if one is False]:
        return Line(about, "no", f"{refused[0]} {words[1]}", evidence, hint)
    if unsaid := [fqdn for fqdn, one in said.items() if one is None]:
        return Line(
            about,
            "not-recorded",
            f"not recorded for {' and '.join(unsaid)}: {words[0]}",
            evidence,
            f"{hint} Then: lync-wizard worksheet set {unsaid[0]}:{where} true",
        )
    return Line(about, "ok", words[0], evidence)


def _level(couple: Couple, answers: PairAnswers) -> Line:
    about = "update-level"
    found = _by_pool(couple, answers, lambda one: one.programs, lambda heard: readings.core_version(heard.records))
    evidence = f"Programs and Features, Core Components → {_shown(found)}"
    unheard = [fqdn for pool in couple.pools for fqdn in pool.server_fqdns if not _told(answers, fqdn)]
    rule = (
        "Install the same cumulative update on every server of both pools; after pairing again, so that the Backup "
        "Service has it too."
    )
    levels = set().union(*found.values())
    if len(levels) > 1:
        return Line(
            about,
            "no",
            f"the servers have different cumulative update (CU) versions: {', '.join(sorted(levels))}",
            evidence,
            rule,
        )
    if unheard:
        text = f"the cumulative update (CU) version of {', '.join(unheard[:_THREE])} is not known"
        return Line(about, "cannot-tell", text, evidence, rule)
    return Line(about, "ok", f"every server of both pools has {next(iter(levels), '')}", evidence)


def _told(answers: PairAnswers, fqdn: str) -> bool:
    heard = answers.servers[fqdn].programs if fqdn in answers.servers else None
    return heard is not None and heard.answered and bool(readings.core_version(heard.records))


def _by_pool(
    couple: Couple,
    answers: PairAnswers,
    of: Callable[[ServerAnswers], Heard],
    value: Callable[[Heard], str],
) -> dict[str, set[str]]:
    """By pool, what its servers say; those that say nothing are left out."""
    found: dict[str, set[str]] = {}
    for pool in couple.pools:
        heard = (of(answers.servers[fqdn]) for fqdn in pool.server_fqdns if fqdn in answers.servers)
        found[pool.fqdn] = {text for one in heard if one.answered and one.records and (text := value(one))}
    return found


def _same(about: str, by_pool: dict[str, set[str]], evidence: str, words: str, rule: str, *, cell: str = "") -> Line:
    every = set().union(*by_pool.values())
    if len(every) > 1:
        return Line(about, "no", f"not {words}: {_shown(by_pool)}", evidence, rule)
    if unsaid := [fqdn for fqdn, one in by_pool.items() if not one]:
        where = f" Then: lync-wizard worksheet set {unsaid[0]}:deployment-facts/{cell} VALUE" if cell else ""
        text = f"not {'recorded' if cell else 'known'} for {' and '.join(unsaid)}: {words}"
        return Line(about, "not-recorded" if cell else "cannot-tell", text, evidence, rule + where)
    return Line(about, "ok", f"{words}: {next(iter(every))}", evidence)


def _shown(by_pool: dict[str, set[str]]) -> str:
    return ", ".join(f"{fqdn} {_listed(found)}" for fqdn, found in by_pool.items())


def _listed(found: Iterable[str]) -> str:
    return "/".join(sorted(found)) or "not known"
