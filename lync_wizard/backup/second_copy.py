"""A second, encrypted copy of a set: one tar in the age format (age-encryption.org), which any age program opens.

``age -d -i NAME.key.age NAME.tar.age | tar -xf -`` brings the set back without this program.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pyrage

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.manifest import MANIFEST, Artifact
from lync_wizard.core import reading, storage
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.secret import Secret

SUFFIX: Final = ".tar.age"
KEY_SUFFIX: Final = ".key.age"
SHORTEST: Final = 12
"""Characters of a passphrase; a copy lies where others may try for years."""
_CHUNK: Final = 1 << 20
_BLOCK: Final = 512
_PRIVATE: Final = "AGE-SECRET-KEY-"
_PUBLIC: Final = "age1"

Tell = Callable[[int, int], None]
"""Hears how many bytes of how many are done."""


@dataclass(frozen=True)
class Key:
    """Whom a copy is encrypted to, and, where this program can open it again, with what.

    ``wrapped`` is the identity as a file that a passphrase opens, to be kept beside the copy.
    """

    recipients: tuple[Any, ...]
    identity: Any | None = None
    wrapped: bytes = b""


@dataclass(frozen=True)
class SecondCopy:
    """What was written: the file, its size and SHA-256, and whether it was opened again and compared with the set."""

    file: Path
    bytes: int
    sha256: str
    opened: bool


def key_of_passphrase(passphrase: Secret) -> Key:
    """A new key that the passphrase opens. Raises :class:`Refused` for a short one."""
    text = passphrase.reveal()
    if len(text) < SHORTEST:
        raise Refused(f"a passphrase of {len(text)} characters is too short", f"Take at least {SHORTEST}.")
    made = pyrage.x25519.Identity.generate()
    return Key((made.to_public(),), made, pyrage.passphrase.encrypt(f"{made}\n".encode(), text))


def key_of_file(path: Path) -> Key:
    """The recipients (``age1…``) or the identity (``AGE-SECRET-KEY-…``) in a key file. Raises :class:`InputError`."""
    try:
        lines = [line.strip() for line in reading.text(path, named=True).splitlines()]
        written = [line for line in lines if line and not line.startswith("#")]
        identities = [pyrage.x25519.Identity.from_str(line) for line in written if line.startswith(_PRIVATE)]
        recipients = [pyrage.x25519.Recipient.from_str(line) for line in written if line.startswith(_PUBLIC)]
    except (OSError, ValueError, pyrage.IdentityError, pyrage.RecipientError) as error:
        raise InputError(
            f"{path} is no key file of age", "Make one with `age-keygen -o FILE`.", reading.why(error)
        ) from error
    if len(identities) + len(recipients) != len(written) or not written or len(identities) > 1:
        raise InputError(f"{path} is no key file of age", "It holds one AGE-SECRET-KEY-… or lines that begin age1….")
    to = (*recipients, *(one.to_public() for one in identities))
    return Key(to, identities[0] if identities else None)


def write(one: BackupSet, folder: Path, key: Key, tell: Tell = lambda _, __: None) -> SecondCopy:
    """Encrypt a set into ``folder`` and prove what was written.

    Raises :class:`Refused` where a copy is there already or a file of the set is not what its manifest says, OSError.
    """
    target, wrapped = folder / f"{one.name}{SUFFIX}", folder / f"{one.name}{KEY_SUFFIX}"
    for path in (target, *([wrapped] if key.wrapped else [])):
        if path.exists():
            raise Refused(f"{path} is there already", "Name another folder, or move that copy away.")
    with storage.whole(target) as part:
        source, hashed = _Source(_tar(one, tell)), _Hashed(part.stream)
        try:
            pyrage.encrypt_io(source, hashed, list(key.recipients))
        except pyrage.EncryptError as error:
            # The library hides what a stream of ours raised.
            why = source.failed or hashed.failed
            raise why or Refused("the copy could not be encrypted", "Look at the key file.", str(error)) from error
        part.stream.flush()
        os.fsync(part.stream.fileno())
        made = _proven(one, part.path, target, key, hashed)
        if key.wrapped:
            storage.write_whole(wrapped, key.wrapped)
    return made


def _proven(one: BackupSet, part: Path, target: Path, key: Key, hashed: _Hashed) -> SecondCopy:
    with part.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != hashed.value.hexdigest():
        raise Refused(f"{target} reads back otherwise than it was written", "Look at the disk; then copy again.")
    if key.identity is not None:
        _compare(one, part, key.identity)
    return SecondCopy(target, hashed.bytes, found, key.identity is not None)


class _Hashed:
    """A stream that hashes what is written to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.value = hashlib.sha256()
        self.bytes = 0
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._stream.write(data)
        except OSError as error:
            self.failed = error
            raise
        self.value.update(data)
        self.bytes += len(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


class _Source:
    """Chunks as a stream to be read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""
        self.failed: Refused | OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._left:
                if (chunk := next(self._chunks, None)) is None:
                    return b""
                self._left = chunk
        except (Refused, OSError) as error:
            self.failed = error
            raise
        cut = len(self._left) if size < 0 else size
        data, self._left = self._left[:cut], self._left[cut:]
        return data


def _tar(one: BackupSet, tell: Tell) -> Iterator[bytes]:
    """The set as a tar, each file held against the manifest as it is read. Raises :class:`Refused`, OSError."""
    done = 0
    for artifact in one.manifest.files:
        yield _header(f"{one.name}/{artifact.path}", artifact.bytes, artifact.at.timestamp())
        read, value = 0, hashlib.sha256()
        with one.local(artifact).open("rb") as stream:
            while chunk := stream.read(min(_CHUNK, artifact.bytes - read + 1)):
                read += len(chunk)
                value.update(chunk)
                if read > artifact.bytes:
                    break
                yield chunk
                done += len(chunk)
                tell(done, one.size)
        if read != artifact.bytes or value.hexdigest() != artifact.sha256.lower():
            raise Refused(f"{artifact.path} is not what the manifest says", f"Run `backup verify {one.name}`.")
        yield bytes(-read % _BLOCK)
    data = reading.data(one.folder / MANIFEST)
    yield _header(f"{one.name}/{MANIFEST}", len(data), one.manifest.made_at.timestamp())
    yield data + bytes(-len(data) % _BLOCK)
    yield bytes(2 * _BLOCK)


def _header(name: str, size: int, at: float) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, int(at), 0o600
    return info.tobuf(tarfile.PAX_FORMAT)


def _compare(one: BackupSet, part: Path, identity: Any) -> None:
    """Open the copy again and hold every file against the manifest. Raises :class:`Refused`."""
    wanted = {f"{one.name}/{artifact.path}": artifact for artifact in one.manifest.files}
    reading, writing = os.pipe()
    failed: list[str] = []

    def decrypt() -> None:
        try:
            with os.fdopen(writing, "wb") as out, part.open("rb") as stream:
                pyrage.decrypt_io(stream, out, [identity])
        except BrokenPipeError:
            pass  # who reads has ended before, and says why
        except (pyrage.DecryptError, OSError, ValueError) as error:
            failed.append(str(error))

    worker = threading.Thread(target=decrypt, name="decrypt", daemon=True)
    worker.start()
    try:
        with os.fdopen(reading, "rb") as source, tarfile.open(fileobj=source, mode="r|") as opened:
            for member in opened:
                _same(opened, member, wanted)
            while source.read(_CHUNK):
                pass  # the end of an archive stands before that of the stream
    except (tarfile.TarError, OSError) as error:
        failed.append(str(error))
    finally:
        worker.join()
    if failed or wanted:
        what = failed[0] if failed else f"it lacks {next(iter(wanted))}"
        raise Refused(f"the copy cannot be opened again: {what}", "Look at the disk; then copy again.")


def _same(opened: tarfile.TarFile, member: tarfile.TarInfo, wanted: dict[str, Artifact]) -> None:
    artifact = wanted.pop(member.name, None)
    stream = opened.extractfile(member)
    if artifact is None or stream is None:
        return
    value = hashlib.sha256()
    with suppress(EOFError):
        while chunk := stream.read(_CHUNK):
            value.update(chunk)
    if value.hexdigest() != artifact.sha256.lower():
        raise Refused(f"{PurePosixPath(artifact.path)} reads back otherwise from the copy", "Copy the set again.")
