"""The item cmdlets on the simulated disks, and the certificate drive."""

from __future__ import annotations

import fnmatch
import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lync_wizard.lab.farm.state import Certificate
from lync_wizard.lab.powershell import bootstrapper
from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.winrm.contract import Thing

_MY = "cert:\\localmachine\\my"
_ROOT = "cert:\\localmachine\\root"
_MIDDLE = "cert:\\localmachine\\ca"


def _paths(call: Call) -> list[str]:
    return list(call.get("Path") or call.get("LiteralPath") or ["C:\\"])


def _found(call: Call, text: str) -> list[tuple[str, Path]]:
    """Existing items behind a path whose last part may hold wildcards; an error record where there is none."""
    parent, _, last = text.rstrip("\\").rpartition("\\")
    try:
        if "*" in last or "?" in last:
            folder = call.path(parent)
            names = sorted(folder.iterdir()) if folder.is_dir() else []
            return [(f"{parent}\\{p.name}", p) for p in names if fnmatch.fnmatch(p.name.lower(), last.lower())]
        path = call.path(text)
        if path.exists():
            return [(text.rstrip("\\"), path)]
    except PermissionError:
        call.error(f"Access to the path '{text}' is denied.", "PermissionDenied", "AccessDenied", target=text)
        return []
    except OSError:
        pass
    call.error(
        f"Cannot find path '{text}' because it does not exist.",
        "ObjectNotFound",
        "PathNotFound",
        target=text,
        exception="System.Management.Automation.ItemNotFoundException",
    )
    return []


def _emit(call: Call, shown: str, path: Path) -> None:
    facts = path.stat()
    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
    kind = "System.IO.DirectoryInfo" if path.is_dir() else "System.IO.FileInfo"
    name = shown.rpartition("\\")[2]
    properties = {"Name": name, "FullName": shown, "LastWriteTime": modified, "PSIsContainer": path.is_dir()}
    if path.is_file():
        properties |= {"Length": facts.st_size, "Extension": path.suffix, "DirectoryName": shown.rpartition("\\")[0]}
    call.emit(kind, properties, shown)


@cmdlet("Get-ChildItem")
def get_child_item(call: Call) -> None:
    for text in _paths(call):
        held = certificate_stores(call).get(text.lower().rstrip("\\"))
        if held is not None:
            for certificate in held:
                emit_certificate(call, certificate)
            continue
        if alone := _certificate(call, text):
            emit_certificate(call, alone)
            continue
        if call.host.module and text.lower() == f"{bootstrapper.SETUP}.exe":
            call.emit("System.IO.FileInfo", {"Name": "Setup.exe", "FullName": text, "PSIsContainer": False}, text)
            continue
        for shown, path in _found(call, text):
            items = _below(shown, path, call.get("Recurse", False)) if path.is_dir() else [(shown, path)]
            for name, item in items:
                kind_fits = not (call.get("File", False) and item.is_dir())
                kind_fits = kind_fits and not (call.get("Directory", False) and item.is_file())
                if kind_fits and fnmatch.fnmatch(item.name.lower(), str(call.get("Filter") or "*").lower()):
                    _emit(call, name, item)


def _below(shown: str, folder: Path, deep: bool) -> Iterator[tuple[str, Path]]:
    for item in sorted(folder.iterdir(), key=lambda p: (p.is_file(), p.name.lower())):
        yield f"{shown}\\{item.name}", item
        if deep and item.is_dir():
            yield from _below(f"{shown}\\{item.name}", item, deep)


def certificate_stores(call: Call) -> dict[str, list[Certificate]]:
    """The computer's stores by path; Trusted Root holds Windows' own roots and the authority of the deployment."""
    host = call.host
    others = [c for other in call.state.hosts.values() if other.fqdn != host.fqdn for c in other.certificates]
    issuers = {c.issuer for c in [*others, *([call.state.cms.oauth] if call.state.cms.oauth else [])]}
    begin, end = "2006-01-01T00:00:00+00:00", "2046-01-01T00:00:00+00:00"
    subjects = ["CN=Microsoft Root Certificate Authority 2011, O=Microsoft Corporation, C=US", *sorted(issuers)]
    roots = [
        Certificate(hashlib.sha256(subject.encode()).hexdigest()[:40].upper(), subject, subject, begin, end, key=False)
        for subject in subjects
    ]
    return {_MY: host.certificates, _ROOT: [*roots, *host.roots], _MIDDLE: []}


def _certificate(call: Call, text: str) -> Certificate | None:
    """The certificate that a path of the computer's personal store names."""
    store, _, name = text.lower().rpartition("\\")
    held = call.host.certificates if store == _MY else []
    return next((one for one in held if one.thumbprint.lower() == name), None)


def _key(certificate: Certificate) -> Thing:
    """The private key, as a provider of the old kind shows it."""
    container = Thing(
        ("System.Security.Cryptography.CspKeyContainerInfo",),
        {"Exportable": certificate.exportable, "MachineKeyStore": True},
        "System.Security.Cryptography.CspKeyContainerInfo",
    )
    kind = "System.Security.Cryptography.RSACryptoServiceProvider"
    return Thing((kind,), {"CspKeyContainerInfo": container}, kind)


def emit_certificate(call: Call, certificate: Certificate) -> None:
    """An X509Certificate2 as the certificate drive shows it."""
    properties = {
        "Thumbprint": certificate.thumbprint,
        "Subject": certificate.subject,
        "Issuer": certificate.issuer,
        "NotBefore": datetime.fromisoformat(certificate.not_before),
        "NotAfter": datetime.fromisoformat(certificate.not_after),
        "HasPrivateKey": certificate.key,
        "FriendlyName": "",
        "DnsNameList": list(certificate.names),
        "PrivateKey": _key(certificate) if certificate.key else None,
    }
    call.emit("System.Security.Cryptography.X509Certificates.X509Certificate2", properties, certificate.subject)


@cmdlet("Get-Item")
def get_item(call: Call) -> None:
    for text in _paths(call):
        for shown, path in _found(call, text):
            _emit(call, shown, path)


@cmdlet("Test-Path")
def test_path(call: Call) -> None:
    kind = str(call.get("PathType") or "Any").lower()
    for text in _paths(call):
        if text.lower().startswith("cert:"):
            call.write(text.lower().rstrip("\\") in certificate_stores(call))
            continue
        try:
            path = call.path(text)
            there = path.is_dir() if kind == "container" else path.is_file() if kind == "leaf" else path.exists()
        except PermissionError:
            call.error("Access is denied", "PermissionDenied", "ItemExistsUnauthorizedAccessError", target=text)
            there = False
        except OSError:
            there = False
        call.write(there)


@cmdlet("New-Item")
def new_item(call: Call) -> None:
    folder = str(call.get("ItemType") or "File").lower() == "directory"
    for text in _paths(call):
        if not call.proceeds(f"Create {'Directory' if folder else 'File'}", f"Destination: {text}"):
            continue
        try:
            path = call.path(text)
            _make(call, text, path, folder)
        except PermissionError:
            call.error(f"Access to the path '{text}' is denied.", "PermissionDenied", "AccessDenied", target=text)
        except FileExistsError:
            call.error(
                f"An item with the specified name {text} already exists.",
                "ResourceExists",
                "DirectoryExist",
                target=text,
            )
        except OSError as refused:
            call.error(str(refused), "WriteError", "NewItemIOError", target=text)


def _make(call: Call, text: str, path: Path, folder: bool) -> None:
    force = bool(call.get("Force", False))
    if path.exists() and (not force or path.is_dir() != folder):
        raise FileExistsError(text)
    call.require_room()
    if folder:
        path.mkdir(parents=True, exist_ok=True)
    else:
        if force:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise FileNotFoundError(f"Could not find a part of the path '{text}'.")
        path.write_text(str(call.get("Value") or ""), encoding="utf-8")
    _emit(call, text.rstrip("\\"), path)


@cmdlet("Copy-Item")
def copy_item(call: Call) -> None:
    for text in _paths(call):
        for shown, source in _found(call, text):
            target = str(call.get("Destination") or ".")
            if not call.proceeds("Copy File", f"Item: {shown} Destination: {target}"):
                continue
            try:
                destination = call.path(target)
            except OSError as refused:
                call.error(str(refused), "WriteError", "CopyFileInfoItemIOError", target=shown)
                continue
            call.require_room()
            if destination.is_dir():
                destination /= source.name
            if not destination.parent.is_dir():
                call.error(f"Could not find a part of the path '{target}'.", "WriteError", "CopyItemIOError")
            elif source.is_dir():
                shutil.copytree(source, destination, dirs_exist_ok=True)
            else:
                shutil.copy2(source, destination)
                call.work(0.5)


@cmdlet("Remove-Item")
def remove_item(call: Call) -> None:
    for text in _paths(call):
        for shown, path in _found(call, text):
            if not call.proceeds("Remove File", shown):
                continue
            if path.is_file():
                path.unlink()
            elif any(path.iterdir()) and not call.get("Recurse", False):
                call.error(f"The directory {shown} is not empty and -Recurse was not given.", "WriteError", "NotEmpty")
            else:
                shutil.rmtree(path)
