"""Enumerations of .NET among the parameters and answers of cmdlets.

Names of members are published; where nothing else is said, the full name of a type and the numbers of its members are
a guess: Lync's are not published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lync_wizard.lab.winrm.net_values import Member

_LYNC: Final = "Microsoft.Rtc.Management"


@dataclass(frozen=True)
class Enumeration:
    """A type by its full name, with the names of its members; ``numbers`` where they are not 0, 1, 2 …"""

    name: str
    members: tuple[str, ...]
    numbers: tuple[int, ...] = ()

    def items(self) -> list[Member]:
        numbers = self.numbers or tuple(range(len(self.members)))
        return [Member(name, self.name, number) for name, number in zip(self.members, numbers, strict=True)]

    def __call__(self, value: object) -> Member:
        """The member of a name, of the beginning of one alone, or of a number, without regard to case.

        Raises ValueError with PowerShell's reason.
        """
        text = str(value).strip().lower()
        exact = [one for one in self.items() if text in (one.lower(), str(one.number))]
        found = exact or [one for one in self.items() if text and one.lower().startswith(text)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                f"The identifier name {value} cannot be processed because it is either too similar or identical to the "
                f"following enumerator names: {', '.join(found)}. Use a more specific identifier name."
            )
        raise ValueError(
            f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the following "
            f"enumerator names and try again:\r\n{', '.join(self.members)}"
        )


SERVICE_STATUS: Final = Enumeration(  # System.ServiceProcess, published
    "System.ServiceProcess.ServiceControllerStatus",
    ("Stopped", "StartPending", "StopPending", "Running", "ContinuePending", "PausePending", "Paused"),
    (1, 2, 3, 4, 5, 6, 7),
)
COMMAND_TYPE: Final = Enumeration(  # System.Management.Automation, published
    "System.Management.Automation.CommandTypes",
    ("Alias", "Function", "Filter", "Cmdlet", "ExternalScript", "Application", "Script"),
    (1, 2, 4, 8, 16, 32, 64),
)
MODULE_TYPE: Final = Enumeration(  # System.Management.Automation, published
    "System.Management.Automation.ModuleType", ("Script", "Binary", "Manifest", "Cim", "Workflow")
)
SHARE_RIGHT: Final = Enumeration(  # numbers of MSFT_SmbShareAccessControlEntry, published
    "Microsoft.PowerShell.Cmdletization.GeneratedTypes.SmbShare.ShareAccessRight", ("Full", "Change", "Read", "Custom")
)
SHARE_CONTROL: Final = Enumeration(  # numbers of MSFT_SmbShareAccessControlEntry, published
    "Microsoft.PowerShell.Cmdletization.GeneratedTypes.SmbShare.ShareAccessControlType", ("Allow", "Deny")
)
GROUP_SCOPE: Final = Enumeration(  # Microsoft.ActiveDirectory.Management, published
    "Microsoft.ActiveDirectory.Management.ADGroupScope", ("DomainLocal", "Global", "Universal")
)
GROUP_CATEGORY: Final = Enumeration(  # Microsoft.ActiveDirectory.Management, published
    "Microsoft.ActiveDirectory.Management.ADGroupCategory", ("Distribution", "Security")
)
REGISTRAR_STATE: Final = Enumeration(
    f"{_LYNC}.WritableConfig.Settings.Registrar.PoolState", ("Active", "FailingOver", "FailedOver", "FailedBack")
)
CHAT_STATE: Final = Enumeration(f"{_LYNC}.WritableConfig.Settings.PersistentChat.PoolState", ("Normal", "FailedOver"))
EXPORT_STATUS: Final = Enumeration(
    f"{_LYNC}.Hadr.BackupService.ExportStatus",
    ("NotInitialized", "NonSteadyState", "SteadyState", "FinalState", "ErrorState"),
)
IMPORT_STATUS: Final = Enumeration(f"{_LYNC}.Hadr.BackupService.ImportStatus", ("NormalState", "ErrorState"))
MIRROR_STATE: Final = Enumeration(
    f"{_LYNC}.Deployment.Core.MirrorState", ("DatabaseInaccessibleOrMirroringNotEnabled", "Principal", "Mirror")
)
ORBIT_TYPE: Final = Enumeration(f"{_LYNC}.WritableConfig.Settings.CallPark.OrbitType", ("CallPark", "GroupPickup"))

_PARAMETERS: Final = {
    "AddressBookAvailability": Enumeration(
        f"{_LYNC}.WritableConfig.Policy.Client.AddressBookAvailability",
        ("WebSearchAndFileDownload", "WebSearchOnly", "FileDownloadOnly"),
    ),
    "AuthenticationMechanism": Enumeration(
        "Microsoft.Rtc.SyntheticTransactions.AuthenticationMechanism",
        ("TrustedServer", "Negotiate", "ClientCertificate", "LiveID"),
    ),
    "BackupCategory": Enumeration(f"{_LYNC}.Hadr.BackupService.BackupCategory", ("UserData", "CMS")),
    "ChatRoomInvitations": Enumeration(f"{_LYNC}.PersistentChat.ChatRoomInvitations", ("False", "Inherit")),
    "ChatRoomPrivacy": Enumeration(f"{_LYNC}.PersistentChat.ChatRoomPrivacy", ("Open", "Closed", "Secret")),
    "ChatRoomType": Enumeration(f"{_LYNC}.PersistentChat.ChatRoomType", ("Normal", "Auditorium")),
    "ConvertTarget": Enumeration(f"{_LYNC}.UserPinService.ConvertTarget", ("Lync2010", "Current")),
    "DatabaseNameType": Enumeration(
        f"{_LYNC}.Deployment.Core.DatabaseNameType",
        (
            "Application", "Archiving", "CentralAdmin", "CentralMgmt", "Edge", "Lyss", "Monitoring", "PersistentChat",
            "PersistentChatCompliance", "Provision", "Registrar", "User",
        ),
    ),
    "DisplayPhoto": Enumeration(
        f"{_LYNC}.WritableConfig.Policy.Client.DisplayPhoto", ("NoPhoto", "PhotosFromADOnly", "AllPhotos")
    ),
    "ExportLevel": Enumeration(
        f"{_LYNC}.PersistentChat.ExportLevel", ("User", "Category", "RoomDirectory", "Content", "All")
    ),
    "FlushType": Enumeration(f"{_LYNC}.Hadr.FlushType", ("FullFlush", "SteadyStateFlush")),
    "KeyAlgorithmIdentifier": Enumeration(
        f"{_LYNC}.Deployment.Core.KeyAlgorithmIdentifier", ("RSA", "ECDH_P256", "ECDH_P384", "ECDH_P521")
    ),
    "MirrorRole": Enumeration(f"{_LYNC}.Deployment.Core.MirrorRole", ("Primary", "Mirror")),
    "OrbitType": ORBIT_TYPE,
    "P2PAppSharingEncryption": Enumeration(
        f"{_LYNC}.WritableConfig.Policy.Client.P2PAppSharingEncryption", ("Supported", "Enforced", "NotSupported")
    ),
    "PoolResetType": Enumeration(
        f"{_LYNC}.Hadr.PoolResetType", ("ServiceReset", "QuorumLossRecovery", "FullReset", "MachineStateRemoved")
    ),
    "PortIDSubType": Enumeration(
        f"{_LYNC}.Lis.PortIDSubType", ("InterfaceAlias", "InterfaceName", "LocallyAssigned")
    ),
    "TracingLevel": Enumeration(f"{_LYNC}.WritableConfig.Policy.Client.TracingLevel", ("Off", "Light", "Full")),
}  # fmt: skip
"""The type that the syntax names → its members, those of Lync Server 2013.

Left out, because they are no names of an enumeration (``BackupModules``) or two sources differ about them
(``ServiceEnumerationType``).
"""
_POOL_STATES: Final = {"persistentchatstate": CHAT_STATE, "registrarconfiguration": REGISTRAR_STATE}
"""``PoolState`` is the name of two types."""


def of_parameter(command: str, kind: str) -> Enumeration | None:
    """The enumeration that a parameter's type is, as the command's syntax names it; None where it is none."""
    if kind == "PoolState":
        return _POOL_STATES.get(command.lower().rpartition("-cs")[2])
    return _PARAMETERS.get(kind)


def lync() -> list[Enumeration]:
    """All that are no part of .NET or of PowerShell itself."""
    named = [one for one in globals().values() if isinstance(one, Enumeration)]
    found = {one.name: one for one in (*named, *_PARAMETERS.values())}
    return [one for name, one in sorted(found.items()) if not name.startswith("System.Management.")]
