"""A password is taken out of text in every form in which a host or a library may have written it."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import MASK, Redactor, Secret
from lync_wizard.hosts.addresses import Account, Credentials
from lync_wizard.hosts.passwords import Passwords
from tests.command import call

PASSWORD = "Pä\"55<&>'}w/+ö rd%"
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": json.dumps,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON of PowerShell": lambda text: json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e")
    .replace("&", "\\u0026").replace("'", "\\u0027"),
    "XML": lambda text: html.escape(text, quote=False),
    "XML attribute": html.escape,
    "URL": lambda text: urllib.parse.quote(text, safe=""),
    "form of a web page": urllib.parse.quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Basic header": lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "EncodedCommand": lambda text: base64.b64encode(f"-Password '{text}' x".encode("utf-16-le")).decode(),
    "UTF-16 read as bytes": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "hex": lambda text: text.encode().hex(),
    "ODBC": lambda text: "PWD={" + text.replace("}", "}}") + "}",
    "PowerShell": lambda text: "'" + text.replace("'", "''") + "'",
}  # fmt: skip


def leaks(text: str, form: str) -> bool:
    """Whether six characters in a row of the form are still there."""
    return any(form[at : at + 6] in text for at in range(len(form) - 5)) if len(form) > 6 else form in text


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_masked(name: str) -> None:
    form = FORMS[name](PASSWORD)
    shown = Redactor([Secret(PASSWORD)])(f"before {form} after")
    assert MASK in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    alone = Redactor([Secret(PASSWORD)])(form)
    assert not leaks(alone.replace(MASK, "").replace("PWD=", ""), form.strip("\"'{}").removeprefix("PWD={")) or (
        "EncodedCommand" in name or "Basic" in name
    )


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=8, max_size=20), st.data())
def test_no_form_of_any_password_stays(password: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FORMS)))
    shown = Redactor([Secret(password)])(FORMS[name](password))
    assert password not in shown
    assert MASK in shown


@pytest.mark.parametrize("password", ["a", "abc"])
def test_a_short_password_is_refused_before_it_is_used(password: str) -> None:
    used: list[Credentials] = []
    source = Passwords(lambda _: Secret(password), keyring=lambda _: None, on_secret=Redactor().add)
    with pytest.raises(Refused, match="fewer than 4 characters"):
        source.use(Account("CONTOSO\\admin"), used.append)
    assert not used


def test_the_report_of_an_error_masks_them_too(tmp_path: Path) -> None:
    from lync_wizard.core.storage import Home
    from lync_wizard.workspace import error_report

    error = ValueError(f"url https://x/?p={urllib.parse.quote(PASSWORD, safe='')}")
    error_report.write(Home(tmp_path), error, redact=Redactor([Secret(PASSWORD)]))
    (report,) = (tmp_path / "reports").iterdir()
    assert urllib.parse.quote(PASSWORD, safe="") not in report.read_text("utf-8")
    assert MASK in report.read_text("utf-8")


def test_no_file_of_a_whole_drill_holds_the_password_in_any_form(tmp_path: Path) -> None:
    password = "Pä}w'5<&\"/d+of the lab"
    done = call(tmp_path, "drill", "restore-se", "--headless", "--json", LYNC_WIZARD_LAB_PASSWORD=password)
    assert done.returncode == 0, done.stderr
    written = {name: form(password).strip("\"'{}").removeprefix("PWD={") for name, form in FORMS.items()}
    del written["Basic header"], written["EncodedCommand"]  # each holds another of these forms, at its own place
    told = {"standard output": done.stdout.encode(), "standard error": done.stderr.encode()}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "ntlm-users"]
    assert len(files) > 50
    (users,) = tmp_path.rglob("ntlm-users")
    assert password in users.read_text("utf-8"), "it was this password that was used"
    for place, data in [*told.items(), *((str(path), path.read_bytes()) for path in files)]:
        for name, form in written.items():
            assert form.encode() not in data, (name, place)
            assert form.encode("utf-16-le") not in data, (name, place)
