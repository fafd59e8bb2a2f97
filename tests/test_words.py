"""Words that must not stand in texts a person reads: private names of the code, and quaint or vague ones.

Read are the texts of the YAML data and the sentences (literals with a blank in them) of the program; docstrings, keys
and identifiers are not read. An exception names the file and the words around the hit, and why they are right there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = sorted([*ROOT.glob("worksheets/**/*.yaml"), *ROOT.glob("lync_wizard/lab/scenarios/*.yaml")])
CODE = sorted((ROOT / "lync_wizard").rglob("*.py"))

READ = {
    "afterwards", "choices", "destructive", "do", "hint", "label", "notes", "prefilled", "question", "summary", "title",
    "undo", "why",
}  # fmt: skip
"""Keys of the YAML data whose texts people read."""

INSTEAD = {
    r"a?new(?<=anew)": "again, new, re-create",
    r"by hand": "manually, manual step",
    r"(?:your|their|own|and) hands|at hand": "manual step; ready, current",
    r"deeds?": "action; in a drill: simulated action",
    r"papers?(?! size)": "worksheets, documents, printed copy",
    r"farm(?:'s)?": "deployment",
    r"mend(?:s|ed|ing)?": "fix",
    r"survivors?": "surviving server",
    r"premises|lookout|lanes?": "the place itself",
    r"judg(?:e|es|ed|ing)": "check, verify",
    r"told|tells?|telling": "report, show, return, say",
    r"lets? (?:us|everyone|it) in|let in|let into": "accept the account, grant access",
    r"(?:may|old sets) go(?! on)": "may be removed",
    r"whole(?! (?:number|pool|forest|deployment|site|plan|log|step|restore)\b)(?<!as a whole)": "complete, valid",
    r"alive|living|lives|dead|dies": "works, runs; failed",
    r"wants?|wanted|wanting": "requires, expected",
    r"sound(?:ness)?": "complete and verified",
    r"(?<!-)stand(?!-alone)s?(?! for\b)|standing(?! in for\b)": "is, is shown",
    r"update level": "cumulative update (CU) version",
    r"ma[dk]e(?! \w+ cmdlet) (?:\w+ ){0,3}again": "re-create, create a new one",
    r"free the \w+|freed": "end mirroring on the surviving server",
    r"point(?:s|ed)? Active Directory": "set the CMS service connection point (SCP)",
    r"asked (?:when|again|side|further)|be asked of": "check, query",
    r"hopes?|nobody knows|un-sent|waits? for ever": "say what is the case",
}
WORDS = re.compile("|".join(rf"\b(?:{word})\b" for word in INSTEAD), re.IGNORECASE)
COUNTED = re.compile(
    r"(?<!of )(?<!more than )\{\} (?:files|steps|findings|values|sets|days|servers|problems|cells|questions|lines)\b"
)
"""A number with a fixed plural, which is wrong for 1; ``core.wrapping.counted`` has both."""

EXCEPTIONS = {
    ("lync_wizard/backup/import_foreign.py", "FILE=Paper"): "a kind of file in a manifest",
    ("lync_wizard/cli/print_cmd.py", "--paper letter"): "a flag",
    ("lync_wizard/hosts/sql_work.py", "SELECT 1 AS alive"): "SQL",
    ("lync_wizard/lab/scenarios/standalone_sql.py", "MSSQL11.ANEW"): "a folder",
    ("lync_wizard/lab/sqlserver/backup_restore.py", "work you do not want to lose"): "an error text of SQL Server",
    ("lync_wizard/render/pdf/checklist.py", "typed as they stand"): "unchanged, character for character",
    ("lync_wizard/workspace/backup_job/__init__.py", "not sound"): "a value of the JSON output",
}
"""Where a word may stand, by file and the words around it, and why."""


def texts(node: yaml.Node, key: str = "", *, only: str = "") -> Iterator[tuple[int, str]]:
    match node:
        case yaml.MappingNode():
            for name, value in node.value:
                yield from texts(value, key if key == "choices" else name.value, only=only)
        case yaml.SequenceNode():
            for item in node.value:
                yield from texts(item, key, only=only)
        case yaml.ScalarNode() if key in READ and (not only or key == only):
            yield node.start_mark.line + 1, node.value


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Literals with a blank in them; what an f-string fills in stands as ``{}``."""
    beside = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.JoinedStr):
            beside |= {id(part) for part in one.values}
            yield one.lineno, "".join(map(_part, one.values))
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in beside:
            yield one.lineno, one.value


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return "{:x}" if isinstance(part, ast.FormattedValue) and part.format_spec else "{}"


def found(path: Path) -> list[tuple[int, str]]:
    text = path.read_text("utf-8")
    if path.suffix == ".yaml":
        return list(texts(yaml.compose(text)))
    return [(line, words) for line, words in sentences(ast.parse(text)) if " " in words.strip()]


def places() -> Iterator[tuple[str, int, str]]:
    for path in (*DATA, *CODE):
        for line, text in found(path):
            yield path.relative_to(ROOT).as_posix(), line, text


def test_no_word_that_people_would_have_to_learn_first() -> None:
    wrong, used = [], set()
    for place, line, text in places():
        for hit in WORDS.finditer(text):
            excepted = [key for key in EXCEPTIONS if key[0] == place and key[1] in text]
            used.update(excepted)
            if not excepted:
                instead = next(ours for word, ours in INSTEAD.items() if re.fullmatch(word, hit[0], re.IGNORECASE))
                wrong.append(
                    f"{place}:{line}: {hit[0]!r} in {text[max(0, hit.start() - 40) : hit.end() + 40]!r}: {instead}"
                )
    assert not wrong, "\n".join(wrong)
    assert used == set(EXCEPTIONS), "exceptions that nothing needs any more"


def test_a_number_of_things_has_its_singular() -> None:
    wrong = [f"{place}:{line}: {text!r}" for place, line, text in places() if COUNTED.search(text)]
    assert not wrong, "\n".join(wrong)


def test_no_sentence_is_cut_at_a_comma() -> None:
    """``[One, two]`` without quotes is two sentences in YAML."""
    cut = [
        f"{path.name}:{line}: {text!r}"
        for path in DATA
        for key in ("notes", "afterwards")
        for line, text in texts(yaml.compose(path.read_text("utf-8")), only=key)
        if text[:1].islower()
    ]
    assert not cut, "\n".join(cut)
