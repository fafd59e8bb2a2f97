"""Files as an administrator's own script leaves them, written by no code of the lab: structure as docs/lync-formats.md
has it, with everything around it that real exports have and the lab does not write.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

XDS = "urn:schema:Microsoft.Rtc.Management.Xds.AppLayer.2008"
SCOPE = "urn:schema:Microsoft.Rtc.Management.ScopeFramework.2008"
TOPOLOGY = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"
NOBODY = "00000000-0000-0000-0000-000000000000"
CASES = Path(__file__).parent.parent / "topology" / "cases"


def packed(files: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, b"\xef\xbb\xbf" + text.encode())
    return target.getvalue()


def document(space: str, element: str, scope: str, payload: str) -> str:
    key = "" if scope == "Global" else f'<TagId Name="{scope.partition(":")[2]}" />'
    return (
        f'<DocItem Name="[{{{space}}}{element},Host{{{NOBODY}}},{scope}]"><Data>'
        f'<AnchoredXml xmlns="{SCOPE}" SchemaWriteVersion="2"><Key ScopeClass="{scope.partition(":")[0]}">'
        f'<SchemaId Namespace="{space}" ElementName="{element}" />'
        f'<AuthorityId Class="Host" InstanceId="{NOBODY}" /></Key>'
        f'<Dictionary Count="1"><Item><Key>{key}</Key><Value Signature="{NOBODY}">{payload}</Value></Item></Dictionary>'
        "</AnchoredXml></Data></DocItem>"
    )


def configuration(topology: str) -> bytes:
    """An export with documents of which the lab knows nothing, and the topology somewhere among them."""
    voice = "urn:schema:Microsoft.Rtc.Management.Policy.Voice.2008"
    key = "urn:schema:Microsoft.Rtc.Management.KeyStore.2011"
    usages = "<PstnUsages><Usage>Local</Usage></PstnUsages>"
    route = f'<VoicePolicy xmlns="{voice}" AllowSimulRing="true">{usages}</VoicePolicy>'
    items = [
        document(
            "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceAssignment.2008", "ServiceAssignments", "Global", ""
        ),
        document(voice, "VoicePolicy", "Global", route),
        document(voice, "VoicePolicy", "Tag:Prague", route.replace("Local", "Abroad")),
        document(key, "OAuthTokenIssuer", "Global", f'<Certificate xmlns="{key}">MII…</Certificate>'),
        document(TOPOLOGY, "Topology", "Global", topology),
    ]
    return packed(
        {
            "DocItemSet.xml": f'<DocItemSet xmlns="{XDS}">{"".join(items)}</DocItemSet>',
            "[Content_Types].xml": "<Types/>",
        }
    )


def user_data(users: Sequence[str], team: str = base64.b64encode("Überall".encode()).decode()) -> bytes:
    """Contacts of each user, their groups and containers, and a conference of the first one.

    ``team`` is the name of a group as it stands there: what is no base64 no import takes, and no reader looks at.
    """
    items = []
    for user in users:
        contacts = "".join(
            f'<Contact Buddy="{other}" SubscribePresence="true" Groups="1 2" DisplayName="" />'
            for other in users
            if other != user
        )
        items.append(
            f'<DocItem Name="urn:lcd:{user}"><Data><HomedResource UserAtHost="{user}"><ContactGroups>'
            f'<ContactGroup Number="1" DisplayName="fg==" />'
            f'<ContactGroup Number="2" DisplayName="{team}" ExternalUri="" />'
            f'</ContactGroups><Contacts>{contacts}</Contacts><Containers><Container ContainerNumber="200">'
            f'<UserMember Member="{users[0]}" /></Container></Containers></HomedResource></Data></DocItem>'
        )
    items.append(f'<DocItem Name="urn:con:{users[0]}:4F2A"><Data><Meeting><Id>4F2A</Id></Meeting></Data></DocItem>')
    root = f'<DocItemSet xmlns="urn:schema:Microsoft.Rtc.Server.UserData.2010">{"".join(items)}</DocItemSet>'
    return packed({"DocItemSet.xml": root, "Header.xml": f'<Header ItemCount="{len(items)}" />'})


def response_groups(pool: str, names: Sequence[str]) -> bytes:
    """CLIXML as PowerShell writes objects: types by reference, notes beside properties, texts of enumerations."""

    def objects(kind: str, more: str) -> str:
        inner = "".join(
            f'<Obj RefId="{3 * number}">'
            + (f'<TN RefId="0"><T>Microsoft.Rtc.Rgs.{kind}</T></TN>' if number == 0 else '<TNRef RefId="0" />')
            + f"<ToString>{name}</ToString><Props>"
            f'<Obj N="Identity" RefId="{3 * number + 1}"><TN RefId="1"><T>Microsoft.Rtc.Rgs.RgsIdentity</T></TN>'
            f"<ToString>service:ApplicationServer:{pool}/{number:08}</ToString></Obj>"
            f'<S N="Name">{name}</S><S N="OwnerPool">{pool}</S>{more.replace("NAME", f"line{number}")}'
            f'</Props><MS><S N="PSComputerName">{pool}</S></MS></Obj>'
            for number, name in enumerate(names)
        )
        return f'<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{inner}</Objs>'

    enumeration = '<Obj N="RoutingMethod" RefId="90"><ToString>LongestIdle</ToString><I32>1</I32></Obj>'
    agents = '<Obj N="AgentsByUri" RefId="91"><LST><URI>sip:a@b.c</URI></LST></Obj>'
    return packed(
        {
            "RgsImportExport/AgentGroups.xml": objects("AgentGroup", enumeration + agents),
            "RgsImportExport/Queues.xml": objects("Queue", '<Nil N="OverflowThreshold" />'),
            "RgsImportExport/Workflows.xml": objects("Workflow", '<S N="PrimaryUri">sip:NAME@fabrikam.com</S>'),
            "RgsImportExport/HoursOfBusiness.xml": objects("HoursOfBusiness", '<Nil N="MondayHours1" />'),
            "RgsImportExport/Holidaysets.xml": '<Objs Version="1.1.0.1" />',
        }
    )


def locations() -> bytes:
    """What an export of locations holds is documented nowhere."""
    return packed({"data.xml": "<LisExport><Row City='Prague' /></LisExport>"})


def enterprise() -> str:
    """A published topology with one Enterprise pool, on the default instance of its SQL Server, and other names."""
    text = (CASES / "enterprise.xml").read_text("utf-8").replace("contoso", "fabrikam")
    return text.replace('SqlInstanceId Name="rtc"', 'SqlInstanceId Name=""')


def standard_edition() -> str:
    """Two Standard Edition servers, names in any case and a share with a blank."""
    return (
        (CASES / "standard-edition.xml").read_text("utf-8").replace('SqlInstanceId Name=""', 'SqlInstanceId Name="RTC"')
    )
