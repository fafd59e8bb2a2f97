"""The external programs that a restore calls, with the output and the exit codes they have on Windows Server 2012."""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lync_wizard.lab.farm import network, topology
from lync_wizard.lab.farm.simulation import plain_path
from lync_wizard.lab.powershell import bootstrapper, reg_program, sqlcmd
from lync_wizard.lab.powershell.call import Call

Program = Callable[[Call, Sequence[str]], int]

_SAME_TIME = 2.0
"""Seconds by which time stamps may differ and still be the same to Robocopy, which tolerates FAT times."""


def _hostname(call: Call, _: Sequence[str]) -> int:
    call.write(call.host.name)
    return 0


# whoami


def _whoami(call: Call, words: Sequence[str]) -> int:
    options = {word.lower() for word in words}
    if not options:
        call.write(_shown_user(call))
        return 0
    if "/user" in options:
        return _whoami_user(call, [word.lower() for word in words])
    if "/groups" not in options:
        call.write("ERROR: Invalid argument/option - '" + " ".join(words) + "'.")
        return 1
    netbios = call.state.directory.netbios
    rows = [("Everyone", "Well-known group"), ("BUILTIN\\Users", "Alias")]
    if call.simulation.is_local_admin(call.host, call.user):
        rows.append(("BUILTIN\\Administrators", "Alias"))
    rows.append(("NT AUTHORITY\\NETWORK", "Well-known group"))
    rows += [(f"{netbios}\\{group}", "Group") for group in call.groups()]
    width = max(len(name) for name, _ in rows)
    enabled = "Mandatory group, Enabled by default, Enabled group"
    lines = ["", "GROUP INFORMATION", "-----------------", ""]
    lines.append(f"{'Group Name':<{width}} {'Type':<16} {'SID':<45} Attributes")
    lines.append(f"{'=' * width} {'=' * 16} {'=' * 45} {'=' * 50}")
    for number, (name, kind) in enumerate(rows):
        lines.append(f"{name:<{width}} {kind:<16} {f'S-1-5-21-100-200-300-{1100 + number}':<45} {enabled}")
    for line in lines:
        call.write(line)
    return 0


def _shown_user(call: Call) -> str:
    """``domain\\name``, however the name was spelled at sign-in."""
    account = call.simulation.account(call.user) if call.host.domain else None
    return (f"{call.state.directory.netbios}\\{account.name}" if account else call.user).lower()


def _sid(call: Call) -> str:
    """An account's own, from its name: the same on every host and after every restart of the lab."""
    place, _, name = _shown_user(call).rpartition("\\")
    if call.host.domain and place == call.state.directory.netbios.lower():
        return f"S-1-5-21-100-200-300-{10_000 + zlib.crc32(name.encode()) % 1_000_000}"
    return f"S-1-5-21-{zlib.crc32(place.encode())}-200-300-500"


def _whoami_user(call: Call, options: Sequence[str]) -> int:
    name, sid = _shown_user(call), _sid(call)
    if options[1:3] == ["/fo", "csv"]:
        lines = [] if "/nh" in options else ['"User Name","SID"']
        lines.append(f'"{name}","{sid}"')
    else:
        width = max(len("User Name"), len(name))
        lines = ["", "USER INFORMATION", "----------------", "", f"{'User Name':<{width}} SID"]
        lines += [f"{'=' * width} {'=' * len(sid)}", f"{name} {sid}"]
    for line in lines:
        call.write(line)
    return 0


# certutil


def _certutil(call: Call, words: Sequence[str]) -> int:
    if len(words) < 2 or words[0].lower().lstrip("-/") != "hashfile":
        call.write("CertUtil: Unknown arg")
        return 1
    algorithm = words[2].lower() if len(words) > 2 else "sha1"
    try:
        with call.path(words[1]).open("rb") as stream:
            value = hashlib.file_digest(stream, algorithm).hexdigest()
    except PermissionError:
        call.write("CertUtil: -hashfile command FAILED: 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)")
        call.write("CertUtil: Access is denied.")
        return -2147024891
    except OSError:
        call.write("CertUtil: -hashfile command FAILED: 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)")
        call.write("CertUtil: The system cannot find the file specified.")
        return -2147024894
    call.write(f"{algorithm.upper()} hash of file {words[1]}:")
    call.write(" ".join(value[i : i + 2] for i in range(0, len(value), 2)))
    call.write("CertUtil: -hashfile command completed successfully.")
    return 0


# net


def _net(call: Call, words: Sequence[str]) -> int:
    verb = words[0].lower() if words else ""
    if verb == "share":
        return _net_share(call, words[1:])
    if verb == "localgroup":
        return _net_localgroup(call, words[1:])
    return _complain(call, "The syntax of this command is:\r\n\r\nNET [ LOCALGROUP | SHARE ]", 1)


def _net_share(call: Call, words: Sequence[str]) -> int:
    host = call.host
    if not words:
        call.write("Share name   Resource                        Remark")
        call.write("-" * 79)
        for name, path in host.shares.items():
            call.write(f"{name:<12} {path:<31} ")
        call.write("The command completed successfully.")
        return 0
    name, makes, path = words[0].partition("=")
    known = next((share for share in host.shares if share.lower() == name.lower()), None)
    options = [word for word in words[1:] if word.startswith("/")]
    if makes:
        if known:
            return _complain(call, "The name has already been shared.", 2, 2118)
        if not _is_folder(call, path):
            return _complain(call, "The device or directory does not exist.", 2, 2116)
        grants = [o[len("/grant:") :] for o in options if o.lower().startswith("/grant:")]
        with call.simulation.change():
            host.shares[name] = path
            host.share_grants[name] = grants or ["Everyone,READ"]
        call.write(f"{name} was shared successfully.")
        return 0
    if known is None:
        return _complain(call, "This shared resource does not exist.", 2, 2310)
    if any(option.lower() == "/delete" for option in options):
        with call.simulation.change():
            del host.shares[known]
            host.share_grants.pop(known, None)
            host.acl_set = [share for share in host.acl_set if share != known]
        call.write(f"{known} was deleted successfully.")
        return 0
    call.write(f"Share name        {known}")
    call.write(f"Path              {host.shares[known]}")
    call.write("Permission        " + "; ".join(host.share_grants.get(known, ["Everyone,READ"])))
    call.write("The command completed successfully.")
    return 0


def _is_folder(call: Call, path: str) -> bool:
    try:
        return call.path(path).is_dir()
    except OSError:
        return False


def _net_localgroup(call: Call, words: Sequence[str]) -> int:
    groups = call.host.groups
    if not words:
        for name in groups:
            call.write(f"*{name}")
        call.write("The command completed successfully.")
        return 0
    known = next((group for group in groups if group.lower() == words[0].lower()), None)
    if known is None:
        return _complain(call, "The specified local group does not exist.", 2, 1376)
    call.write(f"Alias name     {known}")
    call.write("Members")
    call.write("-" * 79)
    for member in groups[known]:
        call.write(member)
    call.write("The command completed successfully.")
    return 0


def _complain(call: Call, text: str, code: int, help_number: int = 0) -> int:
    call.streams.error(call.record(text, "NotSpecified", "NativeCommandError", exception="RemoteException"))
    if help_number:
        call.write(f"More help is available by typing NET HELPMSG {help_number}.")
    return code


# Robocopy


@dataclass
class _Copy:
    call: Call
    patterns: list[str]
    options: set[str]
    excluded: list[str]
    excluded_folders: list[str]
    locked: bool
    onto: str
    """The host on whose disk the copies end."""
    files: int = 0
    copied: int = 0
    skipped: int = 0
    failed: int = 0
    extras: int = 0
    copied_bytes: int = 0
    log: list[str] = field(default_factory=list)


def _robocopy(call: Call, words: Sequence[str]) -> int:
    plain, options, excluded, excluded_folders = _robocopy_words(words)
    call.write("-" * 79)
    call.write("   ROBOCOPY     ::     Robust File Copy for Windows")
    call.write("-" * 79)
    if len(plain) < 2:
        call.write("ERROR : No Destination Directory Specified.")
        return 16
    call.write(f"  Source : {plain[0]}\\")
    call.write(f"    Dest : {plain[1]}\\")
    roots = []
    for path, side in ((plain[0], "Source"), (plain[1], "Destination")):
        try:
            roots.append(call.path(path))
        except PermissionError:
            call.write(f"ERROR 5 (0x00000005) Accessing {side} Directory {path}\\ Access is denied.")
            return 16
        except OSError:
            call.write(f"ERROR 53 (0x00000035) Accessing {side} Directory {path}\\ The network path was not found.")
            return 16
    if not roots[0].is_dir():
        call.write(f"ERROR 2 (0x00000002) Accessing Source Directory {plain[0]}\\")
        call.write("The system cannot find the file specified.")
        return 16
    patterns, locked = plain[2:] or ["*.*"], _in_use(call, plain[0])
    job = _Copy(call, patterns, options, excluded, excluded_folders, locked, _owner(call, plain[1]))
    _copy_folder(job, roots[0], roots[1])
    call.write("-" * 79)
    call.write("               Total    Copied   Skipped  Mismatch    FAILED    Extras")
    cells = (job.files, job.copied, job.skipped, 0, job.failed, job.extras)
    call.write("   Files : " + "".join(f"{cell:>10}" for cell in cells))
    call.write(f"   Bytes : {job.copied_bytes:>10}")
    return (1 if job.copied else 0) | (2 if job.extras else 0) | (8 if job.failed else 0)


def _robocopy_words(words: Sequence[str]) -> tuple[list[str], set[str], list[str], list[str]]:
    plain: list[str] = []
    options: set[str] = set()
    lists: dict[str, list[str]] = {"/xf": [], "/xd": []}
    into = plain
    for word in words:
        if word.startswith("/"):
            key = word.lower()
            options.add(key)
            into = lists.get(key, plain)
        else:
            into.append(word.rstrip("\\") if into is plain else word)
    return plain, options, lists["/xf"], lists["/xd"]


def _in_use(call: Call, source: str) -> bool:
    """Whether running conferences hold ``Meeting.Active`` open in the source (pitfall P52)."""
    return topology.running(call.state, _owner(call, source), "RTCDATAMCU")


def _owner(call: Call, path: str) -> str:
    """The host on whose disk a path lies."""
    plain = plain_path(path)
    server = plain[2:].partition("\\")[0] if plain.startswith("\\\\") else call.host_name
    owner = call.state.host(server)
    return owner.fqdn if owner else server


def _copy_folder(job: _Copy, source: Path, target: Path) -> None:
    if "/l" not in job.options:
        target.mkdir(parents=True, exist_ok=True)
    entries = sorted(source.iterdir())
    for entry in (e for e in entries if e.is_file() and _matches(e.name, job.patterns)):
        job.files += 1
        _copy_file(job, entry, target / entry.name)
    if target.is_dir():
        names = {entry.name.lower() for entry in entries}
        for extra in [e for e in target.iterdir() if e.name.lower() not in names]:
            job.extras += 1
            if job.options & {"/mir", "/purge"}:
                shutil.rmtree(extra) if extra.is_dir() else extra.unlink()
    if job.options & {"/e", "/s", "/mir"}:
        for entry in (e for e in entries if e.is_dir() and not _matches(e.name, job.excluded_folders)):
            if "/s" not in job.options or any(entry.iterdir()):
                _copy_folder(job, entry, target / entry.name)


def _copy_file(job: _Copy, source: Path, target: Path) -> None:
    name = source.name
    before = source.stat()
    same = target.exists() and target.stat().st_size == before.st_size
    if _matches(name, job.excluded) or (same and abs(target.stat().st_mtime - before.st_mtime) <= _SAME_TIME):
        job.skipped += 1
        return
    job.call.streams.check()
    if job.locked and name.lower() == "meeting.active":
        _failed(job, 32, name, "The process cannot access the file because it is being used by another process.")
    elif job.call.simulation.fault("disk-full", job.onto) or not _copied(job, source, target):
        _failed(job, 112, name, "There is not enough space on the disk.")
    else:
        job.copied += 1
        job.copied_bytes += before.st_size
        job.call.work(0.05)
        job.call.write(f"\t    New File  \t\t{before.st_size:>8}\t{name}")


def _copied(job: _Copy, source: Path, target: Path) -> bool:
    """Copy unless only a list is wanted; False where the real disk is full."""
    if "/l" in job.options:
        return True
    try:
        shutil.copy2(source, target)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        target.unlink(missing_ok=True)
        return False
    return True


def _failed(job: _Copy, code: int, name: str, text: str) -> None:
    job.failed += 1
    job.call.write(f"ERROR {code} (0x{code:08X}) Copying File {name}")
    job.call.write(text)
    job.call.write("ERROR: RETRY LIMIT EXCEEDED.")


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(p == "*.*" or fnmatch.fnmatch(name.lower(), p.lower()) for p in patterns)


# route, ipconfig


def _route(call: Call, words: Sequence[str]) -> int:
    """``route -p add NETWORK mask MASK GATEWAY``, ``route delete NETWORK``, ``route print``."""
    lowered = [word.lower() for word in words]
    verb = next((word for word in lowered if word in {"add", "delete", "print"}), "")
    rest = [word for word in words[lowered.index(verb) + 1 :] if word.lower() != "mask"] if verb else []
    match verb:
        case "print":
            return _print_routes(call)
        case "add" if len(rest) >= 3:
            return _keep_routes(call, rest[0], [" ".join(rest[:3])] if "-p" in lowered else [])
        case "delete" if rest:
            return _keep_routes(call, rest[0], [])
    call.write("The route addition failed: The parameter is incorrect." if verb else "Manipulates routing tables.")
    return 1


def _keep_routes(call: Call, network: str, rows: list[str]) -> int:
    """Replace what is persistent of a network; a route that is not persistent is gone with the next restart."""
    with call.simulation.change():
        call.host.routes = [known for known in call.host.routes if known.split()[0] != network] + rows
    call.write(" OK!")
    return 0


def _print_routes(call: Call) -> int:
    call.write("Persistent Routes:")
    call.write("  Network Address          Netmask  Gateway Address  Metric")
    for row in network.persisted_routes(call.host):
        call.write(f"{row['Destination']:>17}{row['Mask']:>17}{row['NextHop']:>17}       1")
    if not call.host.routes:
        call.write("  None")
    return 0


def _ipconfig(call: Call, words: Sequence[str]) -> int:
    """``ipconfig /all``: name, primary DNS suffix, default gateways."""
    host = call.host
    call.write("Windows IP Configuration")
    if "/all" in {word.lower() for word in words}:
        call.write(f"   Host Name . . . . . . . . . . . . : {host.name}")
        call.write(f"   Primary Dns Suffix  . . . . . . . : {host.suffix}")
    for number, gateway in enumerate(host.gateways or [""], 1):
        call.write(f"Ethernet adapter Ethernet {number}:")
        call.write(f"   Default Gateway . . . . . . . . . : {gateway}")
    return 0


PROGRAMS: dict[str, Program] = {
    "hostname": _hostname,
    "whoami": _whoami,
    "certutil": _certutil,
    "net": _net,
    "robocopy": _robocopy,
    "route": _route,
    "ipconfig": _ipconfig,
    "reg": reg_program.reg,
    "sqlcmd": sqlcmd.sqlcmd,
    bootstrapper.PATH: bootstrapper.bootstrapper,
    bootstrapper.SETUP: bootstrapper.setup,
}
"""Programs by name without ``.exe``; each returns its exit code."""
