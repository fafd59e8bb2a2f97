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
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatch
from pathlib import Path

import lync_wizard
from lync_wizard.core.catalogue import data_folder
from lync_wizard.lab.scenarios import random_pick
from lync_wizard.lab.scenarios.random_pick import Pair
from tests.soak.matrix import Case, Figure, Matrix, key


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 0 where every case went as it must, 1 otherwise."""
    given = _parser().parse_args()
    pairs = chosen(given.only)
    if not pairs:
        say(f"{' '.join(given.only)}: no procedure and no scenario is called so; see `lync-wizard drill --list`")
        return 2
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
    with ProcessPoolExecutor(given.jobs) as pool:
        found = _prepared(pool, folder, pairs, known)
        if given.whole:
            found = []
        if given.sample:
            found = [_drawn(cases, given.sample, given.seed) for cases in found]
        cases = [case for of_pair in found for case in of_pair]
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
    names = {case.name for case in cases} | {key(pair) for pair in pairs}
    return _tell([f for f in known.values() if f.case in names], time.monotonic() - began)


def chosen(only: Sequence[str]) -> list[Pair]:
    """The pairs of which a procedure, a scenario or ``PROCEDURE/SCENARIO`` is named, ``*`` in it; all for no name."""
    pairs = random_pick.every()
    return [p for p in pairs if not only or any(fnmatch(name, one) for name in (*p, key(p)) for one in only)]


def _drawn(cases: list[Case], number: int, seed: int) -> list[Case]:
    """So many cases of a pair; always the same ones for a seed, whatever other pairs there are."""
    drawn = random.Random(f"{seed} {cases[0].pair}").sample(cases, min(number, len(cases)))
    return sorted(drawn, key=lambda case: case.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--work", default=".soak", help="where pictures and figures are kept (default .soak)")
    parser.add_argument("--jobs", type=int, default=2, help="how many cases side by side (default 2)")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NAME",
        help="procedures, scenarios, or PROCEDURE/SCENARIO; * stands for any letters",
    )
    parser.add_argument("--whole", action="store_true", help="carry out the whole run of each pair, and kill nothing")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many cases of each pair, by --seed")
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


def _prepared(
    pool: ProcessPoolExecutor, folder: Path, pairs: list[Pair], known: dict[str, Figure]
) -> list[list[Case]]:  # fmt: skip
    """The cases of each pair, the pair with the fewest first; what ends otherwise is known as wrong."""
    prepared: list[list[Case]] = []
    waiting = {pool.submit(_cases, folder, pair): key(pair) for pair in pairs}
    for done in as_completed(waiting):
        name = waiting[done]
        try:
            found = done.result()
        except Exception as error:
            known[name] = Figure(name, (f"the whole run: {error}",), 0.0)
            say(f"{name}: {error}")
            continue
        say(f"{name}: {len(found)} cases")
        prepared.append(sorted(found, key=lambda case: case.name))
    return sorted(prepared, key=lambda cases: (len(cases), cases[0].name))


def _cases(folder: Path, pair: Pair) -> list[Case]:
    return Matrix(folder, pair).cases()


def _play(folder: Path, case: Case) -> Figure:
    return Matrix(folder, case.pair).play(case)


def _tell(figures: list[Figure], seconds: float) -> int:
    wrong = [figure for figure in figures if figure.wrong]
    per = Counter(figure.case.split()[0] for figure in figures)
    bad = Counter(figure.case.split()[0] for figure in wrong)
    say("")
    for pair, number in sorted(per.items()):
        say(f"{pair:<52} {number:>5} cases {bad[pair]:>5} wrong")
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
