"""WS-Management envelopes in the form of Windows: reads a request, writes a reply or a fault."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

NAMESPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "cfg": "http://schemas.microsoft.com/wbem/wsman/1/config",
}
FAULT_NAMESPACE: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
POWERSHELL_NAMESPACE: Final = "http://schemas.microsoft.com/powershell"
ANONYMOUS: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
ENVELOPE_OVERHEAD: Final = 2048
STREAM_OVERHEAD: Final = 160
SMALLEST_ENVELOPE: Final = 8192

CREATE: Final = f"{NAMESPACES['x']}/Create"
DELETE: Final = f"{NAMESPACES['x']}/Delete"
GET: Final = f"{NAMESPACES['x']}/Get"
COMMAND: Final = f"{NAMESPACES['rsp']}/Command"
SEND: Final = f"{NAMESPACES['rsp']}/Send"
RECEIVE: Final = f"{NAMESPACES['rsp']}/Receive"
SIGNAL: Final = f"{NAMESPACES['rsp']}/Signal"
DONE: Final = f"{NAMESPACES['rsp']}/CommandState/Done"
RUNNING: Final = f"{NAMESPACES['rsp']}/CommandState/Running"

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


class Fault(Exception):
    """A SOAP fault, sent as HTTP 500: the Windows error code, the WS-Management subcode, and the reason's text."""

    def __init__(self, code: int, subcode: str, reason: str, *, sender: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.subcode = subcode
        self.reason = reason
        self.sender = sender


def timed_out() -> Fault:
    """Nothing to receive within the operation's time limit: the client is expected to try again."""
    return Fault(
        2150858793,
        "w:TimedOut",
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ",
    )


def shell_not_found(shell_id: str) -> Fault:
    return Fault(
        2150858843,
        "w:InvalidSelectors",
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on "
        "the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the "
        "server. Provide the correct ShellId or create a new shell and retry the operation. ",
        sender=True,
    )


def invalid_parameter() -> Fault:
    """A command id or a body that means nothing to the service."""
    return Fault(87, "w:InvalidParameter", "The parameter is incorrect. ", sender=True)


def access_denied() -> Fault:
    return Fault(5, "w:AccessDenied", "Access is denied. ", sender=True)


def aborted() -> Fault:
    """The shell was deleted, or another Receive took this one's place."""
    return Fault(
        995,
        "w:InternalError",
        "The I/O operation has been aborted because of either a thread exit or an application request. ",
    )


def internal_error(reason: str) -> Fault:
    return Fault(1359, "w:InternalError", reason)


def unsupported(action: str) -> Fault:
    return Fault(
        2150858753,
        "a:ActionNotSupported",
        f"The WS-Management service cannot process the request. The action URI is not supported: {action} ",
        sender=True,
    )


@dataclass(frozen=True)
class Request:
    """One request: its addressing headers and body; ``timeout`` in seconds, ``envelope`` the reply's limit in bytes."""

    action: str
    message_id: str
    resource: str
    shell_id: str
    timeout: float
    envelope: int
    body: ElementTree.Element

    def find(self, path: str) -> ElementTree.Element | None:
        """The first element of the body at ``path`` (``rsp:Signal/rsp:Code``)."""
        return self.body.find(path, NAMESPACES)

    def command_id(self, element: ElementTree.Element | None) -> uuid.UUID:
        """The CommandId attribute of ``element``. Raises :class:`Fault` where there is none that can be read."""
        try:
            return uuid.UUID((element.attrib if element is not None else {})["CommandId"])
        except (KeyError, ValueError):
            raise invalid_parameter() from None


def read(envelope: bytes) -> Request:
    """The request in a SOAP envelope. Raises :class:`Fault` for anything that is not one."""
    if b"<!DOCTYPE" in envelope or b"\0" in envelope[:4]:  # in UTF-16 it would not be seen
        raise invalid_parameter()  # SOAP 1.2 forbids one, and entities are where XML gets dangerous
    try:
        root = ElementTree.XML(envelope)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise invalid_parameter() from None
    body = root.find("s:Body", NAMESPACES)
    if body is None:
        raise invalid_parameter()

    def header(path: str) -> str:
        return (root.findtext(f"s:Header/{path}", "", NAMESPACES)).strip()

    limit = header("w:MaxEnvelopeSize")
    return Request(
        action=header("a:Action"),
        message_id=header("a:MessageID"),
        resource=header("w:ResourceURI"),
        shell_id=header("w:SelectorSet/w:Selector[@Name='ShellId']"),
        timeout=_seconds(header("w:OperationTimeout")),
        envelope=max(int(limit), SMALLEST_ENVELOPE) if limit.isdigit() else 153600,
        body=body,
    )


def payload(element: ElementTree.Element | None) -> bytes:
    """The Base64 content of a Stream, Arguments or creationXml element; empty where there is no element."""
    try:
        return base64.b64decode((element.text or "") if element is not None else "")
    except binascii.Error:
        raise invalid_parameter() from None


def reply(request: Request, body: str) -> bytes:
    """The answer to ``request``; RelatesTo repeats its MessageID to the letter, as the client compares it."""
    return _envelope(f"{request.action}Response", request.message_id, body)


def fault(error: Fault, message_id: str, machine: str) -> bytes:
    """``error`` as the host ``machine`` writes it."""
    role = "Sender" if error.sender else "Receiver"
    reason = escape(error.reason)
    body = (
        f"<s:Fault><s:Code><s:Value>s:{role}</s:Value><s:Subcode><s:Value>{error.subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{reason}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault xmlns:f="{FAULT_NAMESPACE}" Code="{error.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{reason}</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )
    return _envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", message_id, body)


def shell_created(request: Request, shell_id: str, owner: str) -> str:
    """The body that answers Create."""
    resource = escape(request.resource)
    return (
        f"<x:ResourceCreated><a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{resource}</w:ResourceURI>"
        f'<w:SelectorSet><w:Selector Name="ShellId">{escape(shell_id)}</w:Selector></w:SelectorSet>'
        f"</a:ReferenceParameters></x:ResourceCreated>{shell_state(request, shell_id, owner)}"
    )


def shell_state(request: Request, shell_id: str, owner: str) -> str:
    """The rsp:Shell element of an open shell."""
    return (
        f"<rsp:Shell><rsp:ShellId>{escape(shell_id)}</rsp:ShellId><rsp:ResourceUri>{escape(request.resource)}"
        f"</rsp:ResourceUri><rsp:Owner>{escape(owner)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
        "<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout</rsp:OutputStreams><rsp:State>Connected</rsp:State>"
        "<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>"
    )


def received(fragments: Iterable[bytes], command_id: uuid.UUID | None, *, done: bool) -> str:
    """The body that answers Receive: one Stream element for each fragment, and the command's state with the last."""
    attribute = "" if command_id is None else f' CommandId="{str(command_id).upper()}"'
    streams = [
        f'<rsp:Stream Name="stdout"{attribute}>{base64.b64encode(fragment).decode()}</rsp:Stream>'
        for fragment in fragments
    ]
    state = "" if command_id is None else f'<rsp:CommandState{attribute} State="{DONE if done else RUNNING}"/>'
    return f"<rsp:ReceiveResponse>{''.join(streams)}{state}</rsp:ReceiveResponse>"


def service_configuration(envelope_kib: int) -> str:
    """The body that answers Get on the service's configuration."""
    return f"<cfg:Config><cfg:MaxEnvelopeSizekb>{envelope_kib}</cfg:MaxEnvelopeSizekb></cfg:Config>"


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" {_DECLARATIONS}><s:Header><a:Action>{escape(action)}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ANONYMOUS}</a:To>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _seconds(duration: str) -> float:
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return 60.0  # the service's own limit, when the client names none
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
