"""Every file that the program reads, whatever is in its place: an answer or an error of ours, in bounds.

Each kind of file has an entry in ``READERS`` here or in `test_damaged_files`, or a test of its own that ``ELSEWHERE``
names; `test_no_reader_is_left_out` finds a module that reads files and has none.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import sys
import tempfile
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lync_wizard.backup import checksums, export_readers, recognition, registry, second_copy
from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.core import reading
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home
from lync_wizard.hosts import bounds, clixml
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.lab.server.lab import Identity
from lync_wizard.runs import anchors, journal, scripted_operator
from lync_wizard.setup import accounts
from lync_wizard.setup.unattended import unattended
from tests.hostile import test_damaged_files as damaged
from tests.hostile.test_damaged_files import BYTES, plain

PACKAGE = Path(__file__).parents[2] / "lync_wizard"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVERYWHERE = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def nobody(*_: object, **__: object) -> Any:
    raise AssertionError("nothing is asked of hosts here")


def set_up(path: Path) -> object:
    return unattended(Home(path.parent / "home"), None, None, path, nobody, lambda: NOW)


def exported(kind: str) -> Callable[[Path], object]:
    return lambda path: export_readers.contents(path, kind, thorough=True)


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "answers of a run": ("answers.yaml", scripted_operator.load),
    "answers of a set-up": ("answers.yaml", set_up),
    "connections, to be changed": (
        "connections.yaml", lambda path: accounts.record(Home(path.parent), "contoso", users={"lync": "CONTOSO\\a"})
    ),
    "anchors": (anchors.ANCHORS, lambda path: anchors.compare(path.parent, "x", {1: "y"})),
    "holder of a journal": ("holder.json", lambda path: journal.holder(path.parent)),
    "key file": ("key.txt", second_copy.key_of_file),
    "registry": ("Schannel.reg", registry.read),
    **{f"export {kind}": ("export.zip", exported(kind)) for kind in ("Configuration", "UserData", "Rgs", "Locations")},
    "file to adopt": ("Config.zip", lambda path: recognition.recognise(path, path.name)),
    "dump to adopt": ("lis.bak", lambda path: recognition.recognise(path, path.name)),
    "document to adopt": ("dbimpexp.xml", lambda path: recognition.recognise(path, path.name)),
    "lab": ("lab.json", lambda path: Identity.load(path.parent)),
    "control of a lab": ("lab/door.json", lambda path: (LabControl(path.parents[1]).pid(),
                                                        LabControl(path.parents[1]).status())),
    "password of a lab": ("lab/ntlm-users", lambda path: process.password(path.parents[1])),
}  # fmt: skip
OWN = (WizardError, Damaged, registry.NoValues)
"""What a reader may raise. The last two never leave `backup`: `verify` and `adopt` say them as what a file is not."""
ELSEWHERE = {
    "core/yaml_document/load.py": "test_damaged_files: worksheet, connections, procedure",
    "topology/read.py": "topology/test_any_bytes",
    "topology/export_zip.py": "topology/test_any_bytes",
    "topology/safe_xml.py": "topology/test_any_bytes",
    "hosts/clixml.py": "test_any_answer_of_a_host",
    "hosts/file_copy.py": "bytes that are passed on as they are",
    "checks/set_files.py": "bytes that are passed on as they are",
    "backup/checksums.py": "bytes that are hashed",
    "backup/import_foreign.py": "bytes that are passed on as they are",
    "core/catalogue.py": "data of the program itself",
    "procedures/available.py": "data of the program itself",
    "render/scripts/script.py": "data of the program itself",
    "render/pdf/typeset.py": "data of the program itself",
}
COVERED = {
    "answers of a run": "core/yaml_document/load.py", "connections, to be changed": "setup/accounts.py",
    "anchors": "runs/anchors.py", "holder of a journal": "runs/journal.py", "key file": "backup/second_copy.py",
    "registry": "backup/registry.py", "export Rgs": "backup/bounded_readers.py",
    "file to adopt": "backup/recognition.py",
    "plan.json": "plans/model.py", "manifest": "backup/manifest.py", "state.json": "backup/verification_log.py",
    "set folder": "backup/backup_set.py", "ledger": "backup/ledger.py", "failover": "workspace/failover_status.py",
    "worksheet": "worksheets/files.py", "procedure": "setup/draft.py",
}  # fmt: skip


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        inside = Path(made) / "outer" / "inner"
        (inside / "lab").mkdir(parents=True)
        yield inside


def packed(content: bytes) -> bytes:
    """The content as the one document of a ZIP, so that what reads those meets it."""
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("RgsImportExport/Queues.xml", content)
        made.seek(0)
        return made.read()


@pytest.mark.parametrize("kind", READERS)
@EVERYWHERE
@given(content=BYTES | BYTES.map(packed) | BYTES.map(lambda content: b"<a>" + content + b"</a>").map(packed))
def test_any_bytes_are_read_or_refused(kind: str, content: bytes) -> None:
    name, read = READERS[kind]
    with folder() as inside:
        (inside / name).write_bytes(content)
        try:
            read(inside / name)
        except OWN as error:
            plain(str(error))


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["accept", "retry", "skip", "~"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["answers", "deeds", "reconcile", "asks", "accept", "hosts", "choice", "text", "reason", "by", "a"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=16,
)


@EVERYWHERE
@given(content=st.dictionaries(st.sampled_from(["answers", "deeds", "reconcile", "asks", "accept", "hosts"]), ANSWERS))
def test_answers_of_any_shape_are_read_or_refused_with_a_place(content: dict[str, Any]) -> None:
    with folder() as inside:
        # JSON is YAML.
        (inside / "answers.yaml").write_text(json.dumps(content), "utf-8")
        try:
            read = scripted_operator.load(inside / "answers.yaml")
        except WizardError as error:
            said = str(error)
            plain(said)
        else:
            said = "answers.yaml"
            assert set(read.asks) == set(content.get("asks") or ())
        assert "answers.yaml" in said


LEAVES = (
    "<S>a</S>", "<S>_x001B__xD800_</S>", "<I32>x</I32>", "<Nil/>", "<BA>?</BA>", "<DT>0</DT>", "<Ref RefId='0'/>",
    "<G>", "<D>P1Y</D>", "<B>perhaps</B>", "<Db>NaN</Db>", "<C>99999999</C>", "<TNRef RefId='x'/>", "&#0;", "",
)  # fmt: skip
AROUND = (
    "<LST>{}</LST>", "<Obj RefId='0'><MS>{}</MS></Obj>", "<Obj><TN RefId='0'/>{}</Obj>", "<DCT><En>{}</En></DCT>",
    "<Props>{}</Props>", "<En><S N='Key'/>{}</En>", "<Obj RefId='0'><LST>{}</LST></Obj>", "<X>{}</X>",
)  # fmt: skip
XML = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(st.sampled_from(AROUND), st.lists(inner, max_size=3)).map(
        lambda both: both[0].format("".join(both[1]))
    ),
    max_leaves=8,
)


@EVERYWHERE
@given(text=XML | st.text(max_size=60))
def test_any_answer_of_a_host(text: str) -> None:
    with contextlib.suppress(ElementTree.ParseError, ValueError, KeyError, TypeError, OverflowError, bounds.Excess):
        read = clixml.read(text, lambda said: said)
        assert len(clixml.text_of(read)) <= bounds.SHOWN_CHARACTERS + 100


# In the place of a file: what has no end, and what never begins.

OF_OURS = {
    **{kind: READERS[kind] for kind in READERS if not kind.startswith(("export", "file to", "dump", "document"))},
    **{kind: damaged.READERS[kind] for kind in damaged.READERS if kind not in {"journal", "history"}},
}


@pytest.mark.parametrize("kind", OF_OURS)
def test_a_file_without_an_end_is_refused_by_its_length(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000_000)
    name, read = OF_OURS[kind]
    with folder() as inside:
        with (inside / name).open("wb") as stream:
            stream.truncate(400_000_000)
        tracemalloc.start()
        try:
            with contextlib.suppress(*OWN):
                read(inside / name)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 100_000_000, f"{most:,} bytes of memory"


PERSONS_OWN = {
    "answers of a run",
    "answers of a set-up",
    "key file",
    "plan.json",
    "worksheet",
    "connections",
    "procedure",
}
"""What a person names may be a pipe (``<(…)``), and the folder of these others is judged."""


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is no file there")
@pytest.mark.parametrize("kind", sorted((*(set(OF_OURS) - PERSONS_OWN), "digest")))
def test_a_pipe_to_which_nobody_writes_holds_nobody(kind: str) -> None:
    name, read = OF_OURS.get(kind) or ("Config.zip", checksums.digest)
    with folder() as inside:
        os.mkfifo(inside / name)

        def meet() -> None:
            with contextlib.suppress(*OWN, OSError):
                read(inside / name)

        reader = threading.Thread(target=meet, daemon=True)
        reader.start()
        reader.join(10)
        held = reader.is_alive()
        if held:
            os.close(os.open(inside / name, os.O_WRONLY | os.O_NONBLOCK))
            reader.join(10)
        assert not held


# The next reader.


def reads(call: ast.Call) -> bool:
    """Whether a call opens a file to read it, or reads what a file held."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    of = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name in {"read_text", "ZipFile", "FileIO"} or (name == "read_bytes" and not call.args):
        return True
    if of == "reading" and name in {"data", "text"}:
        return True
    if name == "open":
        modes = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return of == "tarfile" or any(mode.startswith("r") and len(mode) < 4 for mode in modes)
    return (of == "json" and name in {"load", "loads"}) or (of == "ElementTree" and name in {"XML", "fromstring"})


def test_no_reader_is_left_out() -> None:
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if where.startswith("lab/") or where in {"core/reading.py", "core/mapping.py"}:
            continue
        if any(isinstance(node, ast.Call) and reads(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))):
            found.add(where)
    assert set(COVERED) <= {*READERS, *damaged.READERS}
    missing = found - set(COVERED.values()) - set(ELSEWHERE)
    assert not missing, "give each an entry in READERS"
    assert not set(ELSEWHERE) - found - {"topology/safe_xml.py"}
