"""Procedures of the home: a broken one stops only its own use, one in place of a shipped one is named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.core.catalogue import data_folder
from tests.hostile import homes
from tests.hostile.homes import RESTORED

SHIPPED = data_folder() / "procedures"
PLAN = ("plan", "restore-se", "--target", "se01.contoso.com")
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found = homes.silent(tmp_path / "home")
    (found / "procedures").mkdir()
    return found


@pytest.fixture
def said(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        capsys.readouterr()
        code = main(["--home", str(home), *words])
        return code, *capsys.readouterr()

    return call


BROKEN = {
    "bytes": b"\x00\xff\xfe",
    "empty": b"",
    "no yaml": b"title: [",
    "a list": b"- 1\n",
    "deep": b"[" * 10_000,
    "unknown key": b"id: own\ntitle: Own\nsteps: [{id: a, title: A, kind: manual, text: look}]\nevil: 1\n",
    "unknown include": b"id: own\ntitle: Own\nsteps: [{include: there-is-none}]\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_stops_only_its_own_use(name: str, home: Path, said: Said) -> None:
    (home / "procedures" / "own.yaml").write_bytes(BROKEN[name])
    code, out, _ = said("procedures", "list")
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.startswith("own ")]
    assert "cannot be used: " in line
    listed = json.loads(said("procedures", "list", "--json")[1])
    assert [one["id"] for one in listed if "unreadable" in one] == ["own"]
    for words in (PLAN, ("runs", "list"), ("report", RESTORED), ("backup", "list")):
        assert said(*words)[0] == 0, words
    for words in (("procedures", "show", "own"), ("plan", "own", "--target", "se01.contoso.com")):
        code, _, err = said(*words)
        assert code == 2
        assert "own cannot be used: own.yaml in the home's procedures folder cannot be read" in err
        assert "own.yaml" in err


@pytest.mark.parametrize("replaced", ["restore-se", "import-userdata"])
def test_the_shipped_one_is_not_taken_in_its_place(replaced: str, home: Path, said: Said) -> None:
    text = (SHIPPED / f"{replaced}.yaml").read_text("utf-8")
    (home / "procedures" / f"{replaced}.yaml").write_text(text.replace("steps:", "stepps:", 1), "utf-8")
    code, _, err = said(*PLAN)
    assert code == 2
    assert f"restore-se cannot be used: {replaced}.yaml" in err
    assert said("procedures", "show", "restore-witness")[0] == 0
    assert said("runs", "list")[0] == 0


def test_one_in_place_of_a_shipped_one_is_named(home: Path, said: Said, tmp_path: Path) -> None:
    assert "shipped one" not in said(*PLAN)[1]
    text = (SHIPPED / "restore-se.yaml").read_text("utf-8")
    (home / "procedures" / "restore-se.yaml").write_text(text + "\n# ours\n", "utf-8")
    named = "restore-se: the home's own procedure in place of the shipped one"
    code, out, _ = said(*PLAN)
    assert code == 0
    assert f"! {named}" in out
    assert named in said(*PLAN, "--format", "md")[1].replace("\\", "")
    assert f"! {named}" in said(*PLAN, "-o", str(tmp_path / "plan.json"))[2]
    assert f"! {named}" in said("check", *PLAN[1:])[1]
    (line,) = [line for line in said("procedures", "list")[1].splitlines() if line.startswith("restore-se ")]
    assert "the home's own" in line


def test_a_weak_way_to_a_host_is_named(home: Path, said: Said) -> None:
    assert "verify: false" not in said(*PLAN)[1]
    connections = home / "connections.yaml"
    text = connections.read_text("utf-8")
    text = text.replace("se01.contoso.com: {", "se01.contoso.com: {auth: basic, ssl: true, verify: false, ")
    connections.write_text(text, "utf-8")
    weak = [
        "verify: false, so that any certificate is accepted: se01.contoso.com",
        "auth: basic, so that the host is given the password itself: se01.contoso.com",
    ]
    places = [said(*PLAN)[1], said("check", *PLAN[1:])[1], said(*PLAN, "--format", "md")[1].replace("\\", "")]
    for one in weak:
        assert all(one in place for place in places)
    doctor = " ".join(said("doctor")[1].split())
    assert weak[1] in doctor
    assert r"fe01.contoso.com\rtc, se01.contoso.com" in doctor, "SQL instances as well"


def test_without_a_kerberos_library_it_is_said_to_be_ntlm(
    home: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    for there in (False, True):
        monkeypatch.setattr("lync_wizard.hosts.way.find_spec", lambda _, there=there: there or None)
        monkeypatch.setattr("lync_wizard.hosts.way.platform.system", lambda: "Linux")
        assert ("signed in to with NTLM" in said(*PLAN)[1]) != there
        doctor = said("doctor")[1]
        assert ("auth: negotiate means NTLM" in doctor) != there
        assert ("negotiate offers it before NTLM" in doctor) == there


def test_spnego_offers_kerberos_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from spnego._gss import GSSAPIProxy
    from spnego._negotiate import NegotiateProxy

    monkeypatch.setattr(GSSAPIProxy, "available_protocols", classmethod(lambda _, options=None: ["kerberos"]))
    assert [one for one in NegotiateProxy.available_protocols() if one != "negotiate"] == ["kerberos", "ntlm"]
