"""The known failures of real restores, each with the checks that read it beforehand, or why nothing can.

Numbers are those that procedures, hints and findings name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pitfall:
    """One known failure: its number, a title, and either the checks that see it coming or why none can."""

    number: str
    title: str
    checks: tuple[str, ...] = ()
    why_not: str = ""


def _seen(number: int, title: str, *checks: str) -> Pitfall:
    return Pitfall(f"P{number}", title, checks)


def _unseen(number: int, title: str, because: str) -> Pitfall:
    return Pitfall(f"P{number}", title, (), f"cannot be read beforehand, because {because}")


ALL: Final = (
    _seen(1, "the OcsPowershell address offers no backup or restore cmdlets", "hosts-answer", "module-present",
          "account-groups", "cms-reachable"),
    _seen(2, "a session cannot pass its credentials on to a second server", "second-hop", "cms-reachable"),
    _seen(3, "-FileName of a remote session means the server's disk", "second-hop"),
    _unseen(4, "Move-CsManagementServer and Test-CsReplica run locally only",
            "it is a property of the two cmdlets; the procedures send them to the server they concern"),
    _seen(5, "OcsPowershell is broken after updates", "module-present"),
    _seen(6, "Persistent Chat needs another right", "account-groups"),
    _seen(7, "Enable-CsTopology needs Domain Admins or a delegation", "setup-rights", "account-groups"),
    _seen(8, "Install-CsDatabase needs sysadmin and local administrator; owners lose their group",
          "sql-instance-answers", "account-groups", "sql-owner"),
    _unseen(9, "protected accounts are refused in the Control Panel", "the wizard uses the shell and no Control Panel"),
    _seen(10, "a wrong name or suffix removes every role", "server-name", "target-in-topology"),
    _seen(11, "the computer account was deleted", "computer-account"),
    _seen(12, "the replacement server is not clean", "server-is-clean"),
    _seen(13, "Windows Firewall is off when the services start", "firewall-on"),
    _seen(14, "the rebuilt server is older than the deployment", "update-level"),
    _seen(15, "an Edge Server is rebuilt without its configuration file", "edge-configuration"),
    _unseen(16, "Start Services reports success too early",
            "it concerns the start itself; every start is verified service by service"),
    _seen(17, "no disk has 16 GB free", "sql-disk-space", "disk-space"),
    _seen(18, "the model database has grown", "sql-model-size"),
    _seen(19, "a transaction log is full", "sql-log-space"),
    _seen(20, "the Back End's firewall is opened manually", "back-end-reachable", "sql-instance-answers",
          "sql-endpoints"),
    _seen(21, "the instance got another name", "sql-instance-name"),
    _unseen(22, "a restored database has lost its access",
            "it happens with the restore; a step behind it grants and proves the access"),
    _seen(23, "mirror set-up fails: share, endpoint, versions", "sql-mirror-share", "sql-endpoints",
          "sql-partners-alike"),
    _unseen(24, "removing the witness by Uninstall-CsMirrorDatabase removes all mirroring",
            "it is a wrong command, and no procedure sends it for a witness"),
    _unseen(25, "a change of the mirror needs a restart of all Front End Servers",
            "the change comes with the run; a step behind it restarts them"),
    _seen(26, "the store's primary is lost and its mirror works", "cms-mirror"),
    _seen(27, "-Clean destroys a working store", "cms-is-lost", "not-hosting-cms"),
    _seen(28, "there is no backup of the store, or an older one", "local-replica", "topology-not-older",
          "central-export-proven"),
    _seen(29, "replication is not up to date", "replication"),
    _unseen(30, "after a move of the store its new host must restart",
            "it concerns the move itself; the procedure contains the step"),
    _seen(31, "a second failover of the store is refused", "cms-active", "cms-in-backup-mode", "one-master"),
    _unseen(32, "Invoke-CsManagementServerFailover acts without -WhatIf",
            "it is a wrong question, and the wizard asks Get-CsService instead"),
    _seen(33, "a cold pool waits for 85 % of its servers", "fabric-quorum"),
    _seen(34, "three losses of quorum, three remedies", "fabric-quorum"),
    _seen(35, "the whole pool is down during a change of the topology", "fabric-quorum"),
    _unseen(36, "a Front End Server does not start after the failback",
            "it depends on whether the address book server happens to run at that moment"),
    _seen(37, "the pool named in failover and failback is the damaged one", "pool-lost"),
    _seen(38, "the failed pool is an Edge pool's next hop", "edge-next-hop"),
    _seen(39, "what was made on the partner meanwhile is lost", "not-failed-over"),
    _unseen(40, "Move-CsUser -Force discards data; moves wait for the User Replicator",
            "it concerns users of that moment; its error text has a hint"),
    _seen(41, "an import while one Front End Server still runs", "pool-stopped"),
    _seen(42, "the mode of the unified contact store changed", "ucs-mode"),
    _unseen(43, "import overwrites, update merges", "it is a choice, and the procedure makes it"),
    _seen(44, "Response Groups without -OverwriteOwner", "rgs-names"),
    _seen(45, "-ReplaceExistingSettings does not exist", "cmdlets-known"),
    _seen(46, "names of Response Groups are taken", "rgs-names"),
    _unseen(47, "imported groups are hidden without -ShowAll", "it concerns what is imported in the run"),
    _unseen(48, "location information is not live until it is published",
            "it concerns what is imported in the run; a step publishes it"),
    _seen(49, "exports do not overwrite an existing file", "new-set-is-new"),
    _seen(50, "Persistent Chat is restored by the method it was backed up with", "persistent-chat-way", "backup-set"),
    _seen(51, "no export contains Call Park and announcements", "apart-kept", "backup-content"),
    _seen(52, "the file store has another path", "file-store-path", "file-store-in-topology"),
    _seen(53, "the OAuth certificate is missing", "oauth-certificate", "certificates", "replication"),
    _seen(54, "certificates: not self-signed roots, expired ones", "trusted-roots", "certificates"),
    _seen(55, "Windows Server 2012 R2 lost its Schannel setting", "session-tickets"),
    _seen(56, "newer cmdlets and parameters are not in 2013", "cmdlets-known"),
    _seen(57, "an import over a working user store", "user-store-lost", "not-failed-over"),
    _seen(58, "RESTORE on a mirrored database", "sql-not-mirrored"),
    _unseen(59, "starting Front End Servers one after the other",
            "it is an order, and the procedures start them together with -NoWait"),
    _seen(60, "the Kerberos account's password is missing in IIS", "kerberos-account"),
    _unseen(61, "an old Topology Builder file is published",
            "the file lies where nobody can look; the procedures download the topology first"),
    _seen(62, "an Edge Server without suffix, with two gateways, without routes", "edge-network", "server-name"),
    _seen(63, "WITH INIT overwrites the last good backup", "new-set-is-new"),
)  # fmt: skip
TITLES: Final = {one.number: one.title for one in ALL}
OWN: Final = frozenset({"P57", "P58", "P59", "P60", "P61", "P63"})
"""Known by experience alone: a check that rests on nothing else may caution, and never blocks."""
