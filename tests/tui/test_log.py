"""The log view: bounded, following, filtered, and never in the way of a key."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from lync_wizard.runs.error_hints import HintTracker
from lync_wizard.tui.widgets.frame import WizardScreen
from lync_wizard.tui.widgets.log_view import LogLine, LogView, clean, log_lines
from tests.tui import samples
from tests.tui.stage import Stage, setting, text_of


class Page(WizardScreen[None]):
    """A log alone in the frame; ``k`` notes when it was heard."""

    BINDINGS: ClassVar = [("k", "heard", "heard")]

    def __init__(self, view: LogView) -> None:
        super().__init__(setting())
        self.view = view
        self.heard: list[float] = []

    def body(self) -> ComposeResult:
        yield Static("head")
        self.view.add_class("fill")
        yield self.view

    def action_heard(self) -> None:
        self.heard.append(time.perf_counter())


def lines(count: int, tag: str = "out", start: int = 0) -> list[LogLine]:
    return [LogLine("12:00:00", tag, f"line {number}") for number in range(start, start + count)]


async def test_it_follows_until_the_reader_scrolls_and_counts_what_is_new() -> None:
    view = LogView()
    stage = Stage(Page(view))
    async with stage.run_test(size=(80, 24)) as pilot:
        view.focus()
        view.add(lines(100))
        await pilot.pause()
        assert "line 99" in "\n".join(text_of(stage))
        await pilot.press("up")
        await pilot.pause()
        view.add(lines(12, start=100))
        await pilot.pause()
        assert view.unread == 12
        assert "line 111" not in "\n".join(text_of(stage))
        await pilot.press("end")
        await pilot.pause()
        assert view.unread == 0
        assert "line 111" in "\n".join(text_of(stage))


async def test_it_forgets_what_is_too_old() -> None:
    view = LogView(limit=1000)
    stage = Stage(Page(view))
    async with stage.run_test(size=(80, 24)) as pilot:
        for start in range(0, 10_000, 500):
            view.add(lines(500, start=start))
        await pilot.pause()
        assert len(view.lines) <= 1100
        assert view.lines[-1].text == "line 9999"
        view.add(lines(50_000))
        assert len(view.lines) <= 1100
        assert view.virtual_size.height <= 1100


async def test_streams_are_filtered_and_text_is_found() -> None:
    view = LogView()
    stage = Stage(Page(view))
    async with stage.run_test(size=(80, 24)) as pilot:
        view.add([*lines(50), LogLine("12:00:01", "ERR", "database rtc is in use"), *lines(50, "verb")])
        view.show_only("warnings and errors")
        await pilot.pause()
        text = "\n".join(text_of(stage))
        assert "ERR  database rtc is in use" in text
        assert "line" not in text
        view.show_only("all streams")
        assert view.find("RTC IS")
        await pilot.pause()
        assert "database rtc" in "\n".join(text_of(stage))
        assert not view.find("nowhere")


async def test_long_lines_are_broken_where_asked_and_cut_otherwise() -> None:
    long = [LogLine("12:00:00", "warn", "word " * 40 + "end")]
    for wrap, shown in ((True, True), (False, False)):
        view = LogView(wrap=wrap)
        stage = Stage(Page(view))
        async with stage.run_test(size=(80, 24)) as pilot:
            view.add(long)
            await pilot.pause()
            text = "\n".join(text_of(stage))
            assert ("end" in text) is shown
            assert ("…" in text) is not shown


def test_a_hosts_text_cannot_move_the_cursor() -> None:
    assert clean("\x1b[2J\x1b[31mred\x07\nnext\tcell") == ["red", "next    cell"]


def test_events_become_lines_with_their_tag() -> None:
    found = [line for event in samples.UNDER_WAY for line in log_lines(event)]
    assert [(line.tag, line.text) for line in found[-4:]] == [
        ("run", "se-userdata.4 sent"),
        ("verb", "Reading package ..."),
        ("prog", "Importing users 1,204 of 3,310"),
        ("ERR", "the database rtc is in use"),
    ]


def test_a_known_error_has_its_hint_under_it() -> None:
    said = "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."
    output, ended = samples.events(
        ("output", "x", {"stream": "error", "text": said}),
        ("step_finished", "x", {"outcome": "failed", "why": said}),
    )
    for event in (output, ended):
        above, hint = log_lines(event)
        assert said in above.text
        assert hint.tag == "hint"
        assert hint.text.startswith("⮑ P2: ")
    hints = HintTracker()
    shown = [line.tag for event in (output, ended) for line in log_lines(event, hints)]
    assert shown == ["ERR", "hint", "run"], "the host's error and the step's end share one hint"
    (again,) = samples.events(("step_finished", "x", {"outcome": "failed", "why": said}))
    assert [line.tag for line in log_lines(replace(again, attempt=2), hints)] == ["run", "hint"]
    (verbose,) = samples.events(("output", "x", {"stream": "verbose", "text": said}))
    assert [line.tag for line in log_lines(verbose)] == ["verb"]


async def test_a_flood_does_not_keep_a_key_waiting() -> None:
    """20,000 lines a second for two seconds, in the batches the operator gathers; a key every 50 ms."""
    view = LogView()
    page = Page(view)
    stage = Stage(page)
    waited: list[float] = []
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        done = asyncio.Event()

        async def flood() -> None:
            for batch in range(40):
                view.add(lines(1000, start=batch * 1000))
                await asyncio.sleep(0.05)
            done.set()

        async def type_keys() -> None:
            while not done.is_set():
                pressed, before = time.perf_counter(), len(page.heard)
                stage.simulate_key("k")
                while len(page.heard) == before:
                    await asyncio.sleep(0.001)
                waited.append(page.heard[-1] - pressed)
                await asyncio.sleep(0.05)

        work: list[Any] = [asyncio.create_task(flood()), asyncio.create_task(type_keys())]
        await asyncio.gather(*work)
    waited.sort()
    assert len(waited) > 10
    assert waited[int(len(waited) * 0.95)] < 0.1
