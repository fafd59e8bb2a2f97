"""SHA-256 of files at the speed of the disk: in constant memory, several files side by side."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lync_wizard.core import reading


def digest(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (lower-case hex) of a file, read once in constant memory. Raises OSError."""
    reading.regular(path)
    with path.open("rb", buffering=0) as stream:
        value = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.tell(), value


def digests(paths: Iterable[Path], workers: int | None = None) -> Iterator[tuple[Path, tuple[int, str] | OSError]]:
    """Each path with its size and SHA-256, or with why it cannot be read, in the order given.

    Hashing and reading release the interpreter's lock, so threads do; ``workers`` is by default one for each core.
    """
    threads = workers or min(os.cpu_count() or 1, 8)
    waiting: deque[tuple[Path, Future[tuple[int, str]]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="hash") as pool:
        for path in paths:
            waiting.append((path, pool.submit(digest, path)))
            # A window, not all at once: a file store may hold a million files.
            if len(waiting) >= 8 * threads:
                yield _ended(*waiting.popleft())
        while waiting:
            yield _ended(*waiting.popleft())


def _ended(path: Path, future: Future[tuple[int, str]]) -> tuple[Path, tuple[int, str] | OSError]:
    try:
        return path, future.result()
    except OSError as error:
        return path, error
