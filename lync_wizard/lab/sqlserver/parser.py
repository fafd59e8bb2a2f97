"""The T-SQL that a simulated instance understands, as data: what the wizard sends and what ODBC drivers send.

Anything else is a syntax error with SQL Server's own number (102, 156). A batch is parsed before any of it runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from lync_wizard.lab.sqlserver.ast import (
    AlterDatabase,
    Backup,
    Case,
    Cast,
    Constant,
    Create,
    Execute,
    Exists,
    Expression,
    Function,
    Grant,
    If,
    IsNull,
    Kill,
    KillEach,
    LogSpace,
    Name,
    Negation,
    Operation,
    Select,
    SelectItem,
    SetOption,
    Source,
    Statement,
    Use,
    Variable,
)
from lync_wizard.lab.tds.listener import Refusal
from lync_wizard.lab.tds.protocol import Column, Message

_TOKEN: Final = re.compile(
    r"""\s+|--[^\n]*|/\*.*?\*/
    |(?P<string>N?'(?:[^']|'')*')
    |(?P<quoted>\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*")
    |(?P<binary>0x[0-9a-fA-F]*)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<word>[^\W\d]\w*|[@\#][\w@$\#]*)
    |(?P<mark><>|!=|>=|<=|::|[-+*/%=<>(),.;])""",
    re.VERBOSE | re.DOTALL,
)
_KILL_EACH: Final = re.compile(
    r"DECLARE @kill nvarchar\(max\) = N'';\s+SELECT @kill \+= N'KILL ' \+ CONVERT\(nvarchar\(11\), spid\) \+ N';' "
    r"FROM sys\.sysprocesses WHERE dbid = DB_ID\(N?'((?:[^']|'')*)'\) AND spid > 50;\s+EXEC \(@kill\);"
)
"""Of T-SQL's variables and EXEC of a text only this is understood."""
_RESERVED: Final = frozenset(
    ["ALTER", "AND", "AS", "BACKUP", "BY", "CASE", "CREATE", "DATABASE", "DBCC", "DELETE", "DROP", "ELSE", "END",
     "EXEC", "EXECUTE", "EXISTS", "FOR", "FROM", "GRANT", "GROUP", "IF", "IN", "INSERT", "INTO", "IS", "JOIN", "KILL",
     "LEFT", "NOT", "NULL", "ON", "OR", "ORDER", "RESTORE", "SELECT", "SET", "TABLE", "THEN", "TO", "UNION", "UPDATE",
     "USE", "USER", "VALUES", "WHEN", "WHERE", "WHILE", "WITH"]
)  # fmt: skip


def parse(text: str) -> list[Statement]:
    """A batch as statements. Raises :class:`Refusal` (102, 105, 156) for anything outside the supported part."""
    return _Parser(_KILL_EACH.sub(r"KILL EVERY '\1';", text)).batch()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                if text[at] in "'\"[":
                    rest = text[at + 1 : at + 60]
                    raise _refused(105, f"Unclosed quotation mark after the character string '{rest}'.")
                raise _near(text[at])
            if found.lastgroup:
                self.tokens.append((found.lastgroup, found.group()))
            at = found.end()
        self.at = 0

    # Tokens

    def word(self, ahead: int = 0) -> str:
        """The keyword here in upper case, or an empty string."""
        kind, text = self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ("", "")
        return text.upper() if kind in ("word", "mark") else ""

    def accept(self, *words: str) -> bool:
        if all(self.word(n) == word for n, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            raise self.refusal()

    def refusal(self) -> Refusal:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "word" and text.upper() in _RESERVED:
            return _refused(156, f"Incorrect syntax near the keyword '{text}'.")
        return _near(_plain(kind, text) or (self.tokens[-1][1] if self.tokens else ""))

    def take(self, *kinds: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] not in kinds:
            raise self.refusal()
        kind, text = self.tokens[self.at]
        if kind == "word" and text.upper() in _RESERVED:
            raise self.refusal()
        self.at += 1
        return _plain(kind, text)

    def name(self) -> str:
        return self.take("word", "quoted")

    def dotted(self) -> str:
        parts = [self.name()]
        while self.accept("."):
            parts.append("" if self.word() == "." else self.name())
        return ".".join(parts)

    def number(self) -> int:
        return int(self.take("number"))

    # Statements

    def batch(self) -> list[Statement]:
        statements: list[Statement] = []
        while self.at < len(self.tokens):
            if not self.accept(";"):
                statements.append(self.statement())
        return statements

    def statement(self) -> Statement:
        verbs: dict[str, Callable[[], Statement]] = {
            "SELECT": self.select,
            "USE": lambda: Use(self.name()),
            "SET": self.set_option,
            "IF": self.if_,
            "EXEC": self.execute,
            "EXECUTE": self.execute,
            "BACKUP": self.backup,
            "RESTORE": self.restore,
            "ALTER": self.alter,
            "CREATE": self.create,
            "GRANT": self.grant,
            "DBCC": self.dbcc,
            "KILL": self.kill,
        }
        verb = verbs.get(self.word())
        if verb is None:
            raise self.refusal()
        self.at += 1
        return verb()

    def kill(self) -> Kill | KillEach:
        return KillEach(self.take("string")) if self.accept("EVERY") else Kill(self.number())

    def select(self) -> Select:
        top = 0
        if self.accept("TOP", "("):
            top = self.number()
            self.expect(")")
        items = [self.item()]
        while self.accept(","):
            items.append(self.item())
        sources = [self.source()] if self.accept("FROM") else []
        while self.word() in ("JOIN", "LEFT"):
            outer = self.accept("LEFT")
            self.expect("JOIN")
            joined = self.source()
            self.expect("ON")
            sources.append(Source(joined.table, joined.alias, self.expression(), outer))
        where = self.expression() if self.accept("WHERE") else None
        order: list[tuple[str, bool]] = []
        if self.accept("ORDER", "BY"):
            order.append((self.dotted(), self.accept("DESC")))
            while self.accept(","):
                order.append((self.dotted(), self.accept("DESC")))
        return Select(tuple(items), tuple(sources), where, tuple(order), top)

    def source(self) -> Source:
        table = self.dotted()
        return Source(table, self.name() if self.accept("AS") else table.rpartition(".")[2])

    def item(self) -> SelectItem:
        if self.accept("*"):
            return SelectItem(Name("*"), "*")
        value = self.expression()
        if self.accept("AS"):
            return SelectItem(value, self.name())
        return SelectItem(value, value.name.rpartition(".")[2] if isinstance(value, Name) else "")

    def set_option(self) -> SetOption:
        if self.accept("TRANSACTION", "ISOLATION", "LEVEL"):
            words = [self.name()]
            while self.word() in ("READ", "COMMITTED", "UNCOMMITTED"):
                words.append(self.name())
            return SetOption("ISOLATION", on=False)
        name = self.name().upper()
        while self.accept(","):
            self.name()
        if self.accept("ON"):
            return SetOption(name, on=True)
        self.take("word", "number", "string", "quoted")
        return SetOption(name, on=False)

    def if_(self) -> If:
        condition = self.expression()
        then = self.statement()
        self.accept(";")
        return If(condition, then, self.statement() if self.accept("ELSE") else None)

    def execute(self) -> Execute:
        procedure = self.dotted()
        arguments: list[tuple[str, Expression]] = []
        while self.at < len(self.tokens) and self.word() != ";":
            name = ""
            if self.word(1) == "=" and self.word().startswith("@"):
                name = self.name()
                self.expect("=")
            arguments.append((name, self.expression()))
            if not self.accept(","):
                break
        return Execute(procedure, tuple(arguments))

    def backup(self) -> Backup:
        log = self.accept("LOG")
        if not log:
            self.expect("DATABASE")
        database = self.name()
        self.expect("TO", "DISK", "=")
        made = self.media("BACKUP", database, self.primary())
        return replace(made, options=made.options | {"LOG"}) if log else made

    def restore(self) -> Backup:
        for verb in ("VERIFYONLY", "HEADERONLY", "FILELISTONLY"):
            if self.accept(verb):
                self.expect("FROM", "DISK", "=")
                return self.media(verb, "", self.primary())
        log = self.accept("LOG")
        if not log:
            self.expect("DATABASE")
        database = self.name()
        device = self.primary() if self.accept("FROM", "DISK", "=") else None
        made = self.media("RESTORE", database, device)
        return replace(made, options=made.options | {"LOG"}) if log else made

    def media(self, verb: str, database: str, device: Expression | None) -> Backup:
        allowed = {
            "BACKUP": {"COPY_ONLY", "CHECKSUM", "DIFFERENTIAL", "INIT", "NOINIT", "FORMAT"},
            "RESTORE": {"REPLACE", "RECOVERY", "NORECOVERY", "CHECKSUM"},
        }.get(verb, {"CHECKSUM"})
        options: set[str] = set()
        moves: list[tuple[Expression, Expression]] = []
        stats, file = 0, 1
        more = self.accept("WITH")
        while more:
            if self.accept("STATS"):
                stats = self.number() if self.accept("=") else 10
            elif verb != "BACKUP" and self.accept("FILE", "="):
                file = self.number()
            elif verb == "RESTORE" and self.accept("MOVE"):
                logical = self.primary()
                self.expect("TO")
                moves.append((logical, self.primary()))
            elif self.word() in allowed:
                options.add(self.name().upper())
            else:
                raise self.refusal()
            more = self.accept(",")
        return Backup(verb, database, device, frozenset(options), stats, tuple(moves), file)

    def alter(self) -> AlterDatabase:
        self.expect("DATABASE")
        database = self.name()
        self.expect("SET")
        for action in ("SINGLE_USER", "MULTI_USER"):
            if self.accept(action):
                return AlterDatabase(database, action, rollback=self.accept("WITH", "ROLLBACK", "IMMEDIATE"))
        if self.accept("PARTNER"):
            for value in ("OFF", "FORCE_SERVICE_ALLOW_DATA_LOSS"):
                if self.accept(value):
                    return AlterDatabase(database, "PARTNER", Constant(value))
        if self.accept("WITNESS"):
            value_ = Constant("OFF") if self.accept("OFF") else None
            if value_ is None:
                self.expect("=")
            return AlterDatabase(database, "WITNESS", value_ or self.primary())
        raise self.refusal()

    def create(self) -> Create:
        if self.accept("DATABASE"):
            return Create("DATABASE", self.name())
        if self.accept("LOGIN"):
            name = self.name()
            self.expect("FROM", "WINDOWS")
            return Create("LOGIN", name)
        if self.accept("USER"):
            name = self.name()
            self.expect("FOR", "LOGIN")
            return Create("USER", name, of=self.name())
        self.expect("ENDPOINT")
        name = self.name()
        self.expect("STATE", "=", "STARTED", "AS", "TCP", "(", "LISTENER_PORT", "=")
        port = self.number()
        self.expect(")", "FOR", "DATABASE_MIRRORING", "(", "ROLE", "=")
        role = self.name().upper()
        self.expect(")")
        return Create("ENDPOINT", name, of=role, port=port)

    def grant(self) -> Grant:
        self.expect("CONNECT", "ON", "ENDPOINT", "::")
        endpoint = self.name()
        self.expect("TO")
        return Grant(endpoint, self.name())

    def dbcc(self) -> LogSpace:
        self.expect("SQLPERF", "(", "LOGSPACE", ")")
        return LogSpace()

    # Expressions, loosest first

    def expression(self) -> Expression:
        left = self.conjunction()
        while self.accept("OR"):
            left = Operation("OR", left, self.conjunction())
        return left

    def conjunction(self) -> Expression:
        left = self.condition()
        while self.accept("AND"):
            left = Operation("AND", left, self.condition())
        return left

    def condition(self) -> Expression:
        if self.accept("NOT"):
            return Negation(self.condition())
        if self.accept("EXISTS", "(", "SELECT"):
            exists = Exists(self.select())
            self.expect(")")
            return exists
        left = self.sum()
        if self.accept("IS", "NOT", "NULL"):
            return Negation(IsNull(left))
        if self.accept("IS", "NULL"):
            return IsNull(left)
        for operator in ("=", "<>", "!=", "<=", ">=", "<", ">"):
            if self.accept(operator):
                return Operation(operator.replace("!=", "<>"), left, self.sum())
        return left

    def sum(self) -> Expression:
        left = self.primary()
        while self.word() in ("*", "/", "+", "-"):
            operator = self.word()
            self.at += 1
            left = Operation(operator, left, self.primary())
        return left

    def primary(self) -> Expression:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "binary":
            self.at += 1
            return Constant(text.lower())
        if kind in ("string", "number"):
            self.at += 1
            value = _plain(kind, text)
            return Constant(value if kind == "string" else Decimal(value) if "." in value else int(value))
        if self.accept("NULL"):
            return Constant(None)
        if self.accept("("):
            value_ = self.expression()
            self.expect(")")
            return value_
        if self.accept("CASE", "WHEN"):
            when = self.expression()
            self.expect("THEN")
            then = self.expression()
            self.expect("ELSE")
            otherwise = self.expression()
            self.expect("END")
            return Case(when, then, otherwise)
        if self.accept("CAST", "("):
            inner = self.expression()
            self.expect("AS")
            cast = Cast(inner, self.type())
            self.expect(")")
            return cast
        name = self.dotted()
        if self.accept("("):
            arguments: list[Expression] = []
            while not self.accept(")"):
                arguments.append(self.expression())
                if self.word() != ")":
                    self.expect(",")
            return Function(name.upper(), tuple(arguments))
        if name.startswith("@@"):
            return Function(name.upper(), ())
        return Variable(name) if name.startswith("@") else Name(name)

    def type(self) -> Column:
        name = self.name().lower()
        size = 0
        if self.accept("("):
            size = 0 if self.accept("MAX") else self.number()
            self.expect(")")
        match name:
            case "nvarchar" | "varchar" | "sysname":
                return Column("", "nvarchar", size)
            case "int" | "bigint" | "bit" | "float":
                return Column("", name)
        raise _near(name)


def _plain(kind: str, text: str) -> str:
    if kind == "string":
        return text[text.index("'") + 1 : -1].replace("''", "'")
    if kind == "quoted":
        return text[1:-1].replace(text[-1] * 2, text[-1])
    return text


def _refused(number: int, text: str) -> Refusal:
    return Refusal(Message(number, text, 15), ends_batch=True)


def _near(text: str) -> Refusal:
    return _refused(102, f"Incorrect syntax near '{text}'.")
