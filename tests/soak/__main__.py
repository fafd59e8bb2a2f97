"""``python -m tests.soak``: the whole crash matrix, side by side, resumable, with figures at the end."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import lync_wizard
from lync_wizard.core.catalogue import data_folder
from lync_wizard.lab.scenarios import random_pick
from tests.soak.matrix import Case, Figure, Matrix


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 0 where every case went as it must, 1 otherwise."""
    given = _parser().parse_args()
    folder = Path(given.work).absolute()
    if given.anew:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not _same_program(folder / "program"):
        say(f"{folder} holds pictures of another state of the program: add --anew, or name another folder with --work")
        return 2
    kept = folder / "figures.jsonl"
    known = _known(kept)
    began = time.monotonic()
    scenarios = [pair[1] for pair in random_pick.pairs() if given.only in {"", *pair}]
    with ProcessPoolExecutor(given.jobs) as pool:
        cases = _prepared(pool, folder, scenarios, known)
        if given.sample:
            cases = random.Random(given.seed).sample(cases, min(given.sample, len(cases)))
        left = [case for case in cases if case.name not in known]
        say(f"{len(cases)} cases, {len(cases) - len(left)} known from before")
        with kept.open("a", encoding="utf-8") as record:
            for number, done in enumerate(as_completed([pool.submit(_play, folder, one) for one in left]), 1):
                figure = done.result()
                known[figure.case] = figure
                record.write(json.dumps({**vars(figure)}) + "\n")
                record.flush()
                if figure.wrong or number % 25 == 0:
                    words = "; ".join(figure.wrong) or "as it must"
                    say(f"{number}/{len(left)} {figure.case} ({figure.seconds} s): {words}")
    names = {case.name for case in cases}
    return _tell([f for f in known.values() if f.case in names or f.case in scenarios], time.monotonic() - began)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--work", default=".soak", help="where pictures and figures are kept (default .soak)")
    parser.add_argument("--jobs", type=int, default=2, help="how many cases side by side (default 2)")
    parser.add_argument("--only", default="", metavar="NAME", help="one procedure or one scenario")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many cases, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--anew", action="store_true", help="forget every picture and figure first")
    return parser


def _same_program(file: Path) -> bool:
    """Whether the pictures below a folder are of this program: its code and its procedures; a new folder's are."""
    digest = hashlib.sha256()
    for root in (Path(lync_wizard.__file__).parent, data_folder()):
        for path in sorted((*root.rglob("*.py"), *root.rglob("*.yaml"))):
            digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    now = digest.hexdigest()
    if not file.exists():
        file.write_text(now, "utf-8")
    return file.read_text("utf-8") == now


def _known(kept: Path) -> dict[str, Figure]:
    """Figures of earlier calls; cases that went wrong are tried again."""
    lines = kept.read_text("utf-8").splitlines() if kept.is_file() else []
    found = [Figure(one["case"], tuple(one["wrong"]), one["seconds"]) for one in map(json.loads, lines)]
    return {figure.case: figure for figure in found if not figure.wrong}


def _prepared(pool: ProcessPoolExecutor, folder: Path, scenarios: list[str], known: dict[str, Figure]) -> list[Case]:
    cases: list[Case] = []
    waiting = {pool.submit(_cases, folder, one): one for one in scenarios}
    for done in as_completed(waiting):
        try:
            found = done.result()
        except Exception as error:
            known[waiting[done]] = Figure(waiting[done], (f"the whole run: {error}",), 0.0)
            say(f"{waiting[done]}: {error}")
            continue
        say(f"{waiting[done]}: {len(found)} cases")
        cases += found
    return sorted(cases, key=lambda case: case.name)


def _cases(folder: Path, scenario: str) -> list[Case]:
    return Matrix(folder, scenario).cases()


def _play(folder: Path, case: Case) -> Figure:
    return Matrix(folder, case.scenario).play(case)


def _tell(figures: list[Figure], seconds: float) -> int:
    wrong = [figure for figure in figures if figure.wrong]
    per = Counter(figure.case.split()[0] for figure in figures)
    bad = Counter(figure.case.split()[0] for figure in wrong)
    say("")
    for scenario, number in sorted(per.items()):
        say(f"{scenario:<28} {number:>5} cases {bad[scenario]:>5} wrong")
    kinds = Counter(figure.case.split()[1] for figure in figures if " " in figure.case)
    say(
        f"killed at an event {kinds['event']}, in the middle of a step {kinds['middle']}, "
        f"something wrong in the lab {kinds['fault']}"
    )
    say(f"{len(figures)} cases, {len(wrong)} wrong, {seconds / 60:.1f} min for this call")
    for figure in wrong:
        say(f"WRONG {figure.case}: {'; '.join(figure.wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
