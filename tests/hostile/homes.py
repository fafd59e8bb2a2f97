"""A home as an earlier version left it, with text in every file that a terminal would obey."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

OLD = Path(__file__).parent.parent / "old_home" / "home.zip"
SAVED, RESTORED, BROKEN_OFF = (
    "2026-11-30T092047Z-backup-63c7",
    "2026-11-30T092059Z-restore-se-2562",
    "2026-11-30T092111Z-restore-se-3961",
)
OLDER_SET, SET = "2026-11-30T032045Z_contoso", "2026-11-30T092046Z_contoso"
HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil.example\x1b\\\x1b[2J\x9b31m\rFORGED\nFORGED done\r\nFORGED\x0bFORGED"
    "\u2028FORGED\u202eevil\u2066\u200b\x00"
)
"""OSC 52, OSC 8, CSI, C1, BEL, NUL, every way to begin a line, bidirectional controls, a character without width."""
_SAID = {"text", "why", "reason", "evidence", "by", "title", "made_by", "command", "host", "note", "message", "name"}


def unpacked(root: Path) -> Path:
    """The old home, its connections pointing to where it lies now."""
    with zipfile.ZipFile(OLD) as kept:
        kept.extractall(root)
    connections = root / "connections.yaml"
    connections.write_text(connections.read_text("utf-8").replace("@HOME@", root.as_posix()), "utf-8")
    return root


def silent(root: Path) -> Path:
    """The old home, its hosts at a port where nothing listens: those of its lab may be another's by now."""
    home = unpacked(root)
    connections = home / "connections.yaml"
    connections.write_text(re.sub(r"port: \d+", "port: 9", connections.read_text("utf-8")), "utf-8")
    return home


def hostile(root: Path) -> Path:
    """The old home with what a hostile host, set or colleague could have put into its journals, sets and papers."""
    home = unpacked(root)
    for run in (SAVED, RESTORED, BROKEN_OFF):
        poison_journal(home / "runs" / run / "journal.db")
    poison_plan(home / "runs" / BROKEN_OFF / "journal.db")
    location = home / "backups" / "LyncBackup"
    manifest = location / SET / "manifest.json"
    manifest.write_text(json.dumps(poisoned(json.loads(manifest.read_text("utf-8")))), "utf-8")
    (location / OLDER_SET / "Config.zip").rename(location / OLDER_SET / f"Config.zip{HOSTILE.replace(chr(0), '')[:60]}"
                                                 .replace("/", ""))  # fmt: skip
    (location / "2026-11-29T000000Z_\x1b[31m\x07FORGED\nFORGED").mkdir()
    mark = location / "2026-11-28T000000Z_contoso"
    mark.mkdir()
    (mark / "incomplete.json").write_text(json.dumps({"why": [HOSTILE], "deployment": "contoso", "run": HOSTILE}))
    own = home / "procedures"
    own.mkdir()
    (own / "own.yaml").write_text(f"title: {json.dumps(HOSTILE)}\n{json.dumps(HOSTILE)}: 1\n", "utf-8")
    return home


def poisoned(data: Any, key: str = "") -> Any:
    match data:
        case dict():
            return {name: poisoned(value, name) for name, value in data.items()}
        case list():
            return [poisoned(one, key) for one in data]
        case str() if key in _SAID:
            return data + HOSTILE
    return data


def poison_journal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        for seq, body in database.execute("SELECT seq, body FROM event").fetchall():
            database.execute("UPDATE event SET body = ? WHERE seq = ?", (json.dumps(poisoned(json.loads(body))), seq))


def poison_plan(path: Path) -> None:
    """Its hash no longer fits: who reads it refuses it in words of their own."""
    with closing(sqlite3.connect(path)) as database, database:
        (body,) = database.execute("SELECT body FROM plan").fetchone()
        plan = json.loads(body)
        plan |= {"title": plan["title"] + HOSTILE, HOSTILE: 1}
        database.execute("UPDATE plan SET body = ?", (json.dumps(plan),))


def obeyed(text: str) -> list[str]:
    """What of a text a terminal would obey or hide, with its surroundings."""
    return [
        repr(text[max(at - 30, 0) : at + 10])
        for at, char in enumerate(text)
        if char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    ]


def forged(text: str) -> list[str]:
    """Lines that begin as hostile text would have them begin; what goes on with a text hangs further in."""
    return [line for line in text.splitlines() if line.startswith("FORGED")]
