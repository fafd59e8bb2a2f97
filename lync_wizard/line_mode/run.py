"""A run in line mode: the runner in a thread of its own, the terminal with the thread that called."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType

from lync_wizard.core.prompts import Prompts
from lync_wizard.line_mode.operator import PlainOperator
from lync_wizard.runs.runner import Answer, Operator, Request, Result, Runner
from lync_wizard.runs.state import RunEvent

_InboxItem = RunEvent | tuple[Request, Future[Answer]] | str | None
"""An event, a request with the place for its answer, a remark, or the end."""


class _Relay:
    """The runner's side of the line: events go over at once, a request waits for its answer."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[_InboxItem] = queue.SimpleQueue()

    def ask(self, request: Request) -> Answer:
        answer: Future[Answer] = Future()
        self.inbox.put((request, answer))
        return answer.result()

    def show(self, event: RunEvent) -> None:
        self.inbox.put(event)


def run_to_end(operator: PlainOperator, start: Callable[[Operator], Runner], prompts: Prompts) -> Result:
    """Run to the end or to a pause. Raises what the runner raises.

    Ctrl-C at a prompt stops the run there; while a step is under way it stops the run after that step, and a second
    one asks the host to stop the command.
    """
    relay = _Relay()
    runner = start(relay)
    operator.follow(runner.plan, runner.so_far())
    ended: Future[Result] = Future()

    def work() -> None:
        try:
            ended.set_result(runner.run())
        except BaseException as error:  # handed to the thread that waits for it
            ended.set_exception(error)
        finally:
            relay.inbox.put(None)

    with _on_interrupt(prompts, runner, relay):
        thread = threading.Thread(target=work, name="runner", daemon=True)
        thread.start()
        while (item := _next(relay)) is not None:
            match item:
                case RunEvent():
                    operator.show(item)
                case str():
                    prompts.say(item)
                case request, answer:
                    _reply(operator, request, answer)
        thread.join()
    return ended.result()


def _reply(operator: PlainOperator, request: Request, answer: Future[Answer]) -> None:
    try:
        answer.set_result(operator.ask(request))
    except BaseException as error:  # the runner's thread ends with it, and it is raised here again
        answer.set_exception(error)


def _next(relay: _Relay) -> _InboxItem:
    while True:
        try:
            # A wait without an end cannot be interrupted on Windows.
            return relay.inbox.get(timeout=0.2)
        except queue.Empty:
            continue


@contextmanager
def _on_interrupt(prompts: Prompts, runner: Runner, relay: _Relay) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = 0

    def interrupted(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        if prompts.asking:
            raise KeyboardInterrupt
        pressed += 1
        if pressed == 1:
            # Nothing is written from a signal handler: the thread it interrupts may be writing.
            relay.inbox.put("Stopping after this step. Ctrl-C again asks the host to stop the command.")
            runner.stop_after_this_step()
        else:
            relay.inbox.put("The host is asked to stop the command; what it did until then stays done.")
            runner.cancel_step()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
