"""How fast a set is verified, beside a plain hashlib loop and ``sha256sum``, measured in one run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lync_wizard import backup
from lync_wizard.backup.verification import intact


def bench_backup(
    *, large: int = 2 << 30, files: int = 1000, each: int = 2 << 20, rounds: int = 3
) -> dict[str, float | bool]:
    """Bytes a second, and ratios to hashlib in one thread: of one ``large`` file, and of ``files`` of ``each`` bytes.

    Files are read from the cache, where hashing and nothing else is measured; the best of ``rounds`` counts, the
    methods taking turns.
    """
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        one = _set(root / "one", [large])
        many = _set(root / "many", [each] * files)
        result: dict[str, float | bool] = {}
        for label, made, total in (("large", one, large), ("many", many, files * each)):
            paths = [made.local(artifact) for artifact in made.manifest.files]
            ways: dict[str, Callable[[], object]] = {
                "hashlib": lambda paths=paths: _plain(paths),
                "verify": lambda made=made: _verified(made),
            }
            if shutil.which("sha256sum"):
                ways["sha256sum"] = lambda paths=paths: subprocess.run(
                    ["sha256sum", *map(str, paths)], stdout=subprocess.DEVNULL, check=True
                )
            best = dict.fromkeys(ways, float("inf"))
            for _ in range(rounds):
                for way, run in ways.items():
                    start = time.perf_counter()
                    run()
                    best[way] = min(best[way], time.perf_counter() - start)
            result |= {f"{label}_{way}_bytes_per_second": total / seconds for way, seconds in best.items()}
            result[f"{label}_ratio"] = best["hashlib"] / best["verify"]
    result["ok"] = result["large_ratio"] >= 0.95 and result["many_ratio"] >= 1.7
    return result


def _verified(made: backup.BackupSet) -> None:
    level = intact(made)
    if level.value != "pass":
        raise AssertionError(level.problems)


def _plain(paths: Sequence[Path]) -> None:
    """What a person would write: one thread, one file after the other, 1 MB at a time."""
    for path in paths:
        value = hashlib.sha256()
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                value.update(chunk)
        value.hexdigest()


def _set(folder: Path, sizes: Sequence[int]) -> backup.BackupSet:
    (folder / "FileStore").mkdir(parents=True)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    block = os.urandom(1 << 20)
    files = []
    for index, size in enumerate(sizes):
        path = folder / "FileStore" / f"{index}.bin"
        with path.open("wb") as stream:
            stream.write(index.to_bytes(8, "big"))
            for _ in range(size // len(block)):
                stream.write(block)
            stream.truncate(size)
        total, value = backup.digest(path)
        files.append(backup.Artifact(f"FileStore/{index}.bin", total, value, "FileStore", None, "h", "c", at))
    manifest = backup.Manifest(folder.name, "bench", at, "bench", "bench", {}, tuple(files))
    backup.write_manifest(folder, manifest)
    return backup.BackupSet(folder, manifest)


if __name__ == "__main__":
    given = dict(zip(("large", "files", "each", "rounds"), map(int, sys.argv[1:]), strict=False))
    json.dump(bench_backup(**given), sys.stdout, indent=1)
