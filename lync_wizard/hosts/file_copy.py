"""Files to and from a host: by Robocopy where the host may reach the other side itself, else carried in chunks.

StepOutcome files go to a temporary name beside their target and are moved into place when they are whole; one chunk is
all that is ever in memory. What is carried keeps neither permissions nor time stamps.
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Final, Protocol

from lync_wizard.core import storage
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import Output, Reply, property_of, shares, text_of, transfer_scripts
from lync_wizard.hosts.command import Cmdlet, Command, Copy, FileBytes, Pipeline, Program, Switch

Resolve = Callable[[str], Path | None]
"""How this machine reads a UNC path; None where it cannot."""

Expected = Callable[[str], Mapping[str, str]]
"""What a folder of a backup set holds by its manifest: relative path (with backslashes) → SHA-256; else nothing.

Raises :class:`Refused` for a set that is not what was saved.
"""

_FOLDER: Final = ("/E", "/COPY:DATSO", "/DCOPY:T", "/R:2", "/W:5", "/NP")
_SINGLE: Final = ("/COPY:DAT", "/DCOPY:T", "/R:2", "/W:5", "/NP")
_ROBOCOPY_FAILED: Final = 8
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_MIB: Final = 1 << 20
_AT_ONCE: Final = 100
"""Files whose hashes one call asks for."""
_MOST_NAMED: Final = 5


def _nothing_known(_: str) -> Mapping[str, str]:
    return {}


class FileCopier(Protocol):
    """What carrying needs of a session; everything is bound by the limits and the cancel of one command."""

    @property
    def cancelled(self) -> bool: ...

    def run(self, command: Command) -> Reply:
        """Run a command with its output in the log."""

    def ask(self, command: Command) -> Reply:
        """Run a command for its answer, which the log does not show."""

    def call(self, script: str, **parameters: str | int | bool | bytes) -> Reply:
        """Run one of the constants of :mod:`lync_wizard.hosts.transfer_scripts`."""

    def tidy(self, command: Command) -> None:
        """Run a command in spite of a cancel or a passed limit, whatever becomes of it."""

    def say(self, output: Output) -> None: ...


class Side(Protocol):
    """A file or folder that can be read from and written to; ``below`` is relative to it, empty for a file itself."""

    def files(self) -> list[tuple[str, int | None]]:
        """What lies in a folder and its folders: relative path and bytes; None for an empty folder."""

    def make_folder(self, below: str) -> None: ...

    def size(self) -> int:
        """The bytes of the one file this is."""

    def chunks(self, below: str) -> Iterator[bytes]: ...

    def put(self, below: str, chunks: Iterator[bytes], *, sha256: str | None) -> None:
        """Write a file under a temporary name and move it into place once it is whole and, if told, as expected."""


class Ended(Exception):
    """The copy is over before its end, for the reason in the reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.why)
        self.reply = reply


def content(file: FileBytes) -> bytes:
    """The bytes of a parameter's file. Raises :class:`InputError` when it is not the one meant."""
    try:
        data = Path(file.path).read_bytes()
    except OSError as error:
        raise InputError(
            f"{file.path} cannot be read: {error.strerror or error}", "Check the path and who may read it."
        ) from error
    if len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256.casefold():
        raise InputError(
            f"{file.path} has changed since the plan was made", "Verify the backup set, then create a new plan."
        )
    return data


def copy(
    command: Copy, courier: FileCopier, *, hop: bool, resolve: Resolve, expected: Expected = _nothing_known
) -> Reply:
    """Carry ``command`` out; ``hop`` tells that the host reaches shares as the operator.

    A folder of a backup set counts as copied when the host itself read from its disk what the manifest says.
    ``exit_code`` is Robocopy's, or counts as Robocopy does: 0 nothing to copy, 1 copied.
    """
    try:
        folder = command.sha256 is None and shares.is_local(command.target)
        held = expected(command.source) if folder else {}
        if hop or (shares.is_local(command.source) and shares.is_local(command.target)):
            reply = _on_host(command, courier)
        else:
            near, far = _side(command.source, courier, resolve), _side(command.target, courier, resolve)
            reply = _carry(command, near, far, courier)
        if reply.state == "completed":
            _compare_folder(command, held, courier)
        return reply
    except Ended as ended:
        return ended.reply
    except Refused as error:
        return Reply("failed", why=error.summary)
    except OSError as error:
        return Reply("failed", why=f"{error.filename or command.source}: {error.strerror or error}")


def _on_host(command: Copy, courier: FileCopier) -> Reply:
    if command.sha256 is None:
        excluded = ("/XF", *command.exclude) if command.exclude else ()
        args = (shares.plain(command.source), shares.plain(command.target), *_FOLDER, *excluded)
        return _judged(courier.run(Program("robocopy", args, (0, 7))))
    folder, name = shares.parent(command.target), shares.name(command.target)
    if shares.name(command.source).casefold() == name.casefold():
        args = (shares.plain(shares.parent(command.source)), shares.plain(folder), name, *_SINGLE)
        reply = _judged(courier.run(Program("robocopy", args, (0, 7))))
    else:  # Robocopy does not rename
        made = (("ItemType", "Directory"), ("Path", folder), ("Force", Switch()))
        _done(courier.ask(Pipeline((Cmdlet("New-Item", made),))))
        copied = (("LiteralPath", command.source), ("Destination", command.target), ("Force", Switch()))
        reply = replace(_done(courier.run(Pipeline((Cmdlet("Copy-Item", copied),)))), exit_code=1)
    if reply.state == "completed" and command.sha256:
        _compare(command.target, command.sha256, courier)
    return reply


def _judged(reply: Reply) -> Reply:
    if reply.exit_code is None or reply.exit_code < _ROBOCOPY_FAILED:
        return reply
    return replace(reply, state="failed", why=f"robocopy ended with {reply.exit_code}: files were not copied")


def _done(reply: Reply) -> Reply:
    """The reply of a helping command, or the end of the copy. Raises :class:`Ended`."""
    if reply.state == "completed" and not reply.errors:
        return reply
    state = "failed" if reply.state == "completed" else reply.state
    raise Ended(replace(reply, state=state, why=reply.why or "; ".join(error.message for error in reply.errors)))


def _compare(path: str, sha256: str, courier: FileCopier) -> None:
    """Ask the host for the hash of its file. Raises :class:`Ended` when it is another one, or none."""
    reply = _done(courier.ask(Program("certutil", ("-hashfile", path, "SHA256"))))
    # Older versions write the digits in pairs, and the words around them in the host's language.
    lines = [str(line.value).replace(" ", "").casefold() for line in reply.objects]
    found = next((line for line in lines if _DIGEST.fullmatch(line)), None)
    if found is None:
        raise Ended(Reply("unknown", why=f"certutil did not return the SHA-256 of {path}"))
    if found != sha256.casefold():
        raise Ended(Reply("failed", why=f"{path} arrived with another SHA-256 ({found}) than the backup set's"))


def _side(path: str, courier: FileCopier, resolve: Resolve) -> Side:
    near = resolve(path) if shares.is_unc(path) else None
    if near is not None:
        return LocalSide(near)
    if shares.is_local(path):
        return RemoteSide(path, courier)
    server, share = shares.share(path) or ("", path)
    place = f"\\\\{server}\\{share}" if server else share
    raise Ended(
        Reply(
            "failed",
            why=f"nobody can reach {path}: name {place} under shares in connections.yaml, "
            "or set delegate: true for the host",
        )
    )


def _carry(command: Copy, source: Side, target: Side, courier: FileCopier) -> Reply:
    single = command.sha256 is not None
    listed = [("", source.size())] if single else source.files()
    for below in [below for below, size in listed if size is None] if listed else [""]:
        target.make_folder(below)
    chosen = [(below, size) for below, size in listed if size is not None and not _left_out(command, below)]
    total = sum(size for _, size in chosen)
    if single and command.size is not None and total != command.size:
        raise Ended(
            Reply("failed", why=f"{command.source} has {total} bytes, not the {command.size} of the backup set")
        )
    courier.say(
        Output(
            "information",
            f"carrying {counted(len(chosen), 'file')}, {_amount(total)}, over the session; "
            "permissions and time stamps are not kept",
        )
    )
    carried = 0
    for below, _ in chosen:
        shown = below or shares.name(command.source)

        def so_far(below: str = below, shown: str = shown) -> Iterator[bytes]:
            nonlocal carried
            for chunk in source.chunks(below):
                if courier.cancelled:
                    raise Ended(Reply("stopped", why=f"cancelled while {shown} was being carried"))
                yield chunk
                carried += len(chunk)
                share = 100 * carried // total if total else 100
                courier.say(Output("progress", f"{shown}: {_amount(carried)} of {_amount(total)} ({share} %)"))

        target.put(below, so_far(), sha256=command.sha256 or None)
    return Reply("completed", exit_code=1 if chosen else 0)


def _left_out(command: Copy, below: str) -> bool:
    name = shares.name(below).casefold()
    return any(fnmatch.fnmatchcase(name, pattern.casefold()) for pattern in command.exclude)


def _compare_folder(command: Copy, expected: Mapping[str, str], courier: FileCopier) -> None:
    """Have the host read what arrived. Raises :class:`Ended` where a file has another content, or is not there."""
    names = [name for name in expected if not _left_out(command, name)]
    wrong: list[str] = []
    for at in range(0, len(names), _AT_ONCE):
        if courier.cancelled:
            raise Ended(Reply("stopped", why="cancelled while the copied files were being compared"))
        batch = names[at : at + _AT_ONCE]
        reply = _done(courier.call(transfer_scripts.HASH, Path=command.target, Names="\n".join(batch)))
        found = [str(one.value).strip().casefold() for one in reply.objects]
        if len(found) != len(batch) or not all(map(_DIGEST.fullmatch, found)):
            raise Ended(Reply("unknown", why=f"the host did not return the SHA-256 of the files in {command.target}"))
        wrong += [name for name, value in zip(batch, found, strict=True) if value != expected[name].casefold()]
        done = at + len(batch)
        courier.say(Output("progress", f"comparing hashes: {done:,} of {len(names):,} ({100 * done // len(names)} %)"))
    if wrong:
        more = f" and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        named = ", ".join(wrong[:_MOST_NAMED])
        why = f"in {command.target}, other SHA-256 than in the backup set: {counted(len(wrong), 'file')}: {named}{more}"
        raise Ended(Reply("failed", why=why))
    if names:
        courier.say(Output("information", f"{len(names):,} files in {command.target} have the set's SHA-256"))


def _amount(count: int) -> str:
    return f"{count / _MIB:.1f} MB" if count >= _MIB else f"{count} bytes"


def _expected(path: str, found: str, sha256: str | None) -> None:
    if sha256 is not None and found != sha256.casefold():
        raise Ended(Reply("failed", why=f"what was read for {path} is not the backup set's file (SHA-256 {found})"))


def _temporary(path: str) -> str:
    return f"{path}.{secrets.token_hex(4)}.part"


class LocalSide:
    """A share as this machine sees it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def files(self) -> list[tuple[str, int | None]]:
        if not self._path.is_dir():
            raise FileNotFoundError(2, "not a folder that this machine can see", str(self._path))
        found: list[tuple[str, int | None]] = []
        for path in sorted(self._path.rglob("*")):
            below = str(PureWindowsPath(path.relative_to(self._path)))
            if path.is_file() and not path.is_symlink():
                found.append((below, path.stat().st_size))
            elif path.is_dir() and not any(path.iterdir()):
                found.append((below, None))
        return found

    def make_folder(self, below: str) -> None:
        self._at(below).mkdir(parents=True, exist_ok=True)

    def size(self) -> int:
        return self._path.stat().st_size

    def chunks(self, below: str) -> Iterator[bytes]:
        with self._at(below).open("rb") as stream:
            while chunk := stream.read(transfer_scripts.CHUNK):
                yield chunk

    def put(self, below: str, chunks: Iterator[bytes], *, sha256: str | None) -> None:
        path = self._at(below)
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with storage.whole(path, private=False) as part:
            for chunk in chunks:
                digest.update(chunk)
                part.stream.write(chunk)
            _expected(str(path), digest.hexdigest(), sha256)

    def _at(self, below: str) -> Path:
        return storage.within(self._path, *PureWindowsPath(below).parts)


class RemoteSide:
    """A file or folder on the host's own drives."""

    def __init__(self, path: str, courier: FileCopier) -> None:
        self._path = path
        self._courier = courier

    def files(self) -> list[tuple[str, int | None]]:
        asked = (("LiteralPath", self._path), ("Recurse", Switch()), ("Force", Switch()))
        reply = _done(self._courier.ask(Pipeline((Cmdlet("Get-ChildItem", asked),))))
        found: dict[str, int | None] = {}
        for item in reply.objects:
            below = shares.below(text_of(item, "FullName"), self._path)
            if below is not None:
                folder = bool(property_of(item, "PSIsContainer"))
                found[below] = None if folder else int(property_of(item, "Length") or 0)
        filled = {str(parent) for below in found for parent in PureWindowsPath(below).parents}
        return [(below, size) for below, size in found.items() if size is not None or below not in filled]

    def make_folder(self, below: str) -> None:
        made = (("ItemType", "Directory"), ("Path", self._at(below)), ("Force", Switch()))
        _done(self._courier.ask(Pipeline((Cmdlet("New-Item", made),))))

    def size(self) -> int:
        asked = (("LiteralPath", self._path), ("Force", Switch()))
        reply = _done(self._courier.ask(Pipeline((Cmdlet("Get-Item", asked),))))
        length = property_of(reply.objects[0], "Length") if reply.objects else None
        if not isinstance(length, int):
            raise Ended(Reply("failed", why=f"{self._path} is not a file"))
        return length

    def chunks(self, below: str) -> Iterator[bytes]:
        offset = 0
        while True:
            path = self._at(below)
            reply = _done(
                self._courier.call(transfer_scripts.READ, Path=path, Offset=offset, Count=transfer_scripts.CHUNK)
            )
            chunk = reply.objects[0].value if reply.objects else b""
            if not isinstance(chunk, bytes):
                raise Ended(Reply("unknown", why=f"the host did not answer with the bytes of {path}"))
            if chunk:
                yield chunk
            offset += len(chunk)
            if len(chunk) < transfer_scripts.CHUNK:
                return

    def put(self, below: str, chunks: Iterator[bytes], *, sha256: str | None) -> None:
        path = self._at(below)
        part = _temporary(path)
        digest = hashlib.sha256()
        begun = False
        try:
            for chunk in chunks:
                digest.update(chunk)
                append, begun = begun, True
                _done(self._courier.call(transfer_scripts.WRITE, Path=part, Bytes=chunk, Append=append))
            if not begun:
                begun = True
                _done(self._courier.call(transfer_scripts.WRITE, Path=part, Bytes=b"", Append=False))
            _expected(path, digest.hexdigest(), sha256)
            if sha256 is not None:
                _compare(part, sha256, self._courier)
        except BaseException as error:
            lost = isinstance(error, Ended) and error.reply.state == "unknown"
            if begun and not lost:
                removed = (("LiteralPath", part), ("Force", Switch()))
                self._courier.tidy(Pipeline((Cmdlet("Remove-Item", removed),)))
            raise
        _done(self._courier.call(transfer_scripts.MOVE, Path=part, Destination=path))

    def _at(self, below: str) -> str:
        return shares.join(self._path, below) if below else self._path
