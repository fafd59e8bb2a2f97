"""One path for a value, whether from a file, the keyboard or a host: made plain, checked, kept with its reason."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NoReturn

from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import did_you_mean
from lync_wizard.worksheets.cells import Entry, Source
from lync_wizard.worksheets.forms import Field

LONGEST: Final = 4000

_DASHES: Final = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0x00AD, 0xFE58, 0xFE63, 0xFF0D], "-")
_QUOTES: Final = "\"'\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u00ab\u00bb"
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NETBIOS: Final = re.compile(r"[^\s\\/:*?\"<>|.,]{1,15}")
_INSTANCE: Final = re.compile(r"[A-Za-z_#][A-Za-z0-9_#$]{0,15}")
_ACCOUNT: Final = re.compile(r"[^\s\\/@\"\[\]:;|=,+*?<>]+(?:\\[^\s\\/@\"\[\]:;|=,+*?<>]+|@[^\s\\/@]+)?")
_SIP: Final = re.compile(r"(?:sip:)?(?P<user>[^\s@:;/\\]+)@(?P<domain>[^\s@:;/\\]+)", re.IGNORECASE)
_PROCEDURE: Final = re.compile(r"[a-z][a-z0-9-]*")
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED: Final = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\..*)?", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:(?=\\|$)")

_UNITS: Final = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], ("s", 1)),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], ("min", 60)),
    **dict.fromkeys(["h", "hour", "hours", "hr", "hrs"], ("h", 3600)),
    **dict.fromkeys(["d", "day", "days"], ("d", 86400)),
    **dict.fromkeys(["w", "week", "weeks"], ("w", 604800)),
}
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)[\s,]*")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AT: Final = r"(?:\s+at)?\s+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
_SCHEDULES: Final = (
    re.compile(rf"(?P<how>daily|nightly|every day|every night){_AT}"),
    re.compile(rf"(?P<how>weekdays){_AT}"),
    re.compile(rf"(?P<how>weekly|every)(?:\s+on)?\s+(?P<day>[a-z]{{3,9}}){_AT}"),
    re.compile(rf"(?P<how>monthly)(?:\s+on)?\s+(?P<number>[0-9]{{1,2}})\.?{_AT}"),
)
_EVERY: Final = re.compile(r"every\s+(?:(?P<n>[0-9]+)\s*)?(?P<unit>minutes?|min|hours?|h)")
SCHEDULE_HINT: Final = (
    "Write for example `daily 01:30`, `weekdays 22:00`, `weekly sunday 03:00`, `monthly 1 03:00`, `every 4 hours`, "
    "several of them joined by ` and `, or `other: ` and your own words."
)


def _wrong(summary: str, hint: str) -> NoReturn:
    raise InputError(summary, hint)


def _shown(text: str) -> str:
    """Text in quotes, its backslashes as they are; only characters nobody could see are spelled out."""
    return "'" + "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text) + "'"


def _strip(text: str) -> str:
    """Without invisible characters, outer space and (curly or straight) outer quotes; odd spaces become plain ones."""
    # ASCII has no such characters; discovery checks tens of thousands of plain names.
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Zl", "Zp"} or c == "\u00ad")
        text = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)
    text = text.strip()
    while len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    return text


def _plain(text: str) -> str:
    """Stripped, with the dashes of web pages made hyphens: for values in which no other dash can be meant."""
    return _strip(text).translate(_DASHES)


def _path_text(text: str) -> str:
    """Stripped; a typographic dash or quote inside a path may be meant or pasted, so it is refused, not changed."""
    if not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in text.strip()):
        _wrong(
            f"{_shown(text)} holds a character that is no part of a path",
            "In YAML write it without quotes or in single quotes; double quotes turn a backslash into something else.",
        )
    text = _strip(text)
    for character in text:
        if ord(character) in _DASHES or (character in _QUOTES and character not in "\"'"):
            _wrong(
                f"{_shown(text)} holds {unicodedata.name(character).lower()} (U+{ord(character):04X})",
                "Type a plain hyphen or quote there; web pages and word processors change them.",
            )
    return text


def fqdn(text: str) -> str:
    """A fully qualified name, spelled as given. Raises :class:`InputError`."""
    name = host(text)
    if "." not in name:
        _wrong(f"{_shown(name)} is not fully qualified", "Add the domain, for example fe01.contoso.com.")
    return name


def host(text: str) -> str:
    """A host name, with or without domain. Raises :class:`InputError`."""
    name = _plain(text).rstrip(".")
    if "\\" in name:
        _wrong(
            f"{_shown(name)} is more than a host name", "Write the host alone; instance or share has a cell of its own."
        )
    try:
        ipaddress.ip_address(name)
    except ValueError:
        pass
    else:
        _wrong(
            f"{_shown(name)} is an address, not a name",
            "Write the fully qualified name; addresses go to connections.yaml.",
        )
    if not name.isascii():
        odd = next(c for c in name if not c.isascii())
        _wrong(
            f"{_shown(name)} holds {unicodedata.name(odd, 'a strange character').lower()}", "Type the name yourself."
        )
    labels = name.split(".")
    for label in labels:
        if not _LABEL.fullmatch(label):
            what = f"the part {_shown(label)} of {_shown(name)}" if len(labels) > 1 and label else _shown(name)
            _wrong(f"{what} is not a host name", "Use letters, digits and hyphens, 63 characters at most between dots.")
    if len(name) > 253 or labels[-1].isdigit():
        _wrong(f"{_shown(name)} is not a host name", "Write a name such as fe01.contoso.com.")
    return name


def _segments(path: str, whole: str) -> None:
    for segment in path.split("\\"):
        if segment in {".", ".."}:
            _wrong(f"{_shown(whole)} holds {_shown(segment)}", "Write the path without detours.")
        if segment:
            _name(segment, whole)


def _name(segment: str, whole: str) -> None:
    odd = _NOT_IN_NAMES.search(segment)
    if odd:
        _wrong(
            f"{_shown(whole)} holds {odd[0]!r}, which no Windows name may",
            'Leave out < > : " | ? * and control characters.',
        )
    if _RESERVED.fullmatch(segment):
        _wrong(f"{_shown(segment)} is a device of Windows, not a name", "Choose another name.")
    if segment[-1] in ". ":
        _wrong(f"{_shown(segment)} ends in a dot or space", "Leave that off; Windows drops it.")


def unc(text: str) -> str:
    """A UNC path ``\\\\server\\share[\\folder…]`` without a final backslash. Raises :class:`InputError`."""
    path = _path_text(text).replace("/", "\\")
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        _wrong(f"{_shown(path)} is a device path", "Write \\\\server\\share.")
    if not path.startswith("\\\\"):
        one = path.startswith("\\")
        _wrong(
            f"{_shown(path)} starts with one backslash only" if one else f"{_shown(path)} is not a UNC path",
            "In YAML write it without quotes or in single quotes; double quotes eat backslashes."
            if one
            else "Write \\\\server\\share.",
        )
    path = "\\\\" + re.sub(r"\\{2,}", r"\\", path[2:]).strip("\\")
    server, _, rest = path[2:].partition("\\")
    if not rest:
        _wrong(f"{_shown(path)} names no share", "Write \\\\server\\share.")
    host(server)
    _segments(rest, path)
    return path


def windows_path(text: str) -> str:
    """An absolute path on a drive, without a final backslash. Raises :class:`InputError`."""
    path = _path_text(text).replace("/", "\\")
    drive = _DRIVE.match(path)
    if not drive:
        _wrong(
            f"{_shown(path)} is not an absolute Windows path",
            "Write drive, colon and backslash first, such as D:\\Backup.",
        )
    rest = re.sub(r"\\{2,}", r"\\", path[2:]).rstrip("\\")
    _segments(rest, path)
    return drive[0].upper() + (rest or "\\")


def _folder(text: str) -> str:
    path = _path_text(text)
    if path.startswith(("\\", "//")):
        return unc(path)
    if _DRIVE.match(path.replace("/", "\\")):
        return windows_path(path)
    _wrong(
        f"{_shown(path)} is neither a UNC path nor an absolute Windows path", "Write \\\\server\\share or D:\\folder."
    )


def file_name(text: str) -> str:
    """A name without folder that Windows accepts. Raises :class:`InputError`."""
    name = _path_text(text)
    if "\\" in name or "/" in name:
        _wrong(f"{_shown(name)} is a path", "Write the file name alone; its folder has a cell of its own.")
    if name in {"", ".", ".."}:
        _wrong(f"{_shown(name)} is not a file name", "Write a name such as Config.zip.")
    _name(name, name)
    return name


def _parts(text: str) -> list[tuple[str, str, float]]:
    """Number, unit and seconds of each part of a time span."""
    plain = _plain(text).lower()
    parts = []
    position = 0
    for part in _PART.finditer(plain):
        if part.start() != position or part[2] not in _UNITS:
            break
        unit, seconds = _UNITS[part[2]]
        parts.append((part[1], unit, float(part[1]) * seconds))
        position = part.end()
    if not parts or position != len(plain):
        what = "has no unit" if re.fullmatch(r"[0-9.]+", plain) else "is not a time span"
        _wrong(f"{_shown(text)} {what}", "Write number and unit, for example 2h, 90 min or 1 day.")
    if not 0 < sum(p[2] for p in parts) <= 10 * 366 * 86400:
        _wrong(f"{_shown(text)} is not a time span of use", "Write more than nothing and less than ten years.")
    return parts


def duration(text: str) -> timedelta:
    """The time span a ``duration`` value names: ``2h``, ``90 min``, ``1 day``. Raises :class:`InputError`."""
    return timedelta(seconds=sum(part[2] for part in _parts(text)))


def _duration(text: str) -> str:
    return " ".join(f"{number}{unit}" for number, unit, _ in _parts(text))


def _expiration(text: str) -> str:
    plain = _plain(text)
    if plain.lower() == "never":
        return "never"
    try:
        return _date(plain) if "-" in plain else _duration(plain)
    except InputError:
        _wrong(
            f"{_shown(text)} is not an expiration", "Write a span such as 14 days, a date such as 2026-01-31, or never."
        )


def _schedule(text: str) -> str:
    plain = _strip(text)
    if plain.lower().startswith("other:"):
        if not plain[6:].strip():
            _wrong("other: says nothing", "Write your own words after it.")
        return f"other: {plain[6:].strip()}"
    return " and ".join(_one_schedule(part.strip(), text) for part in re.split(r",| and ", _plain(text).lower()))


def _one_schedule(plain: str, text: str) -> str:
    every = _EVERY.fullmatch(plain)
    if every:
        minutes = int(every["n"] or 1) * (1 if every["unit"].startswith("m") else 60)
        if 15 <= minutes <= 31 * 24 * 60:
            unit = "minutes" if every["unit"].startswith("m") else "hours"
            return f"every {every['n'] or 1} {unit}"
    found = next((match for form in _SCHEDULES if (match := form.fullmatch(plain))), None)
    if not found:
        _wrong(f"{_shown(text)} is not a schedule this program can read", SCHEDULE_HINT)
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        _wrong(f"{found['hour']}:{found['minute']} is no time of day", "Write hours and minutes, for example 01:30.")
    parts = found.groupdict()
    clock = f"{hour:02}:{minute:02}"
    if parts.get("day"):
        days = [d for d in _DAYS if d.startswith(parts["day"].rstrip("s") if len(parts["day"]) > 4 else parts["day"])]
        if not days:
            _wrong(f"{_shown(parts['day'])} is no day of the week", did_you_mean(parts["day"], _DAYS))
        return f"weekly {days[0]} {clock}"
    if parts.get("number"):
        if not 1 <= int(parts["number"]) <= 28:
            _wrong(f"day {parts['number']} does not come every month", "Write a day from 1 to 28.")
        return f"monthly {int(parts['number'])} {clock}"
    return f"{'weekdays' if parts['how'] == 'weekdays' else 'daily'} {clock}"


def _date(text: str) -> str:
    plain = _plain(text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain):
        try:
            return date.fromisoformat(plain).isoformat()
        except ValueError:
            _wrong(f"{plain} is no day of the calendar", "Correct the date.")
    _wrong(f"{_shown(text)} is not a date", "Write year-month-day, for example 2026-01-31.")


def _number(text: str) -> str:
    plain = _plain(text)
    if not re.fullmatch(r"[0-9]{1,18}", plain):
        _wrong(f"{_shown(text)} is not a whole number", "Write digits only.")
    return str(int(plain))


def _boolean(text: str) -> str:
    plain = _plain(text).lower()
    if plain in {"true", "yes", "y", "on"}:
        return "true"
    if plain in {"false", "no", "n", "off"}:
        return "false"
    _wrong(f"{_shown(text)} is neither yes nor no", "Write true or false.")


def _address(text: str) -> str:
    plain = _plain(text)
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        _wrong(f"{_shown(text)} is not an IP address", "Write for example 10.0.0.21.")


def _sip_uri(text: str) -> str:
    found = _SIP.fullmatch(_plain(text))
    if not found:
        _wrong(f"{_shown(text)} is not a SIP URI", "Write for example sip:name@contoso.com.")
    return f"sip:{found['user']}@{fqdn(found['domain'])}"


def _sql_instance(text: str) -> str:
    name = _plain(text)
    if "\\" in name:
        _wrong(
            f"{_shown(name)} is more than an instance name",
            "Write the instance alone; the server has a cell of its own.",
        )
    if name.strip("()").lower() in {"default", "mssqlserver"}:
        return "default"
    if not _INSTANCE.fullmatch(name):
        _wrong(f"{_shown(name)} is not a SQL Server instance name", "Write up to 16 letters or digits, or default.")
    return name


def _account(text: str) -> str:
    name = _plain(text)
    if not _ACCOUNT.fullmatch(name):
        _wrong(f"{_shown(name)} is not an account", "Write DOMAIN\\name or name@domain.")
    return name


def _netbios(text: str) -> str:
    name = _plain(text)
    if not name.isascii() or not _NETBIOS.fullmatch(name):
        _wrong(f"{_shown(name)} is not a NetBIOS name", "Write up to 15 characters without dots, such as CONTOSO.")
    return name


def _procedure(text: str) -> str:
    name = _plain(text)
    if not _PROCEDURE.fullmatch(name):
        _wrong(f"{_shown(name)} is not the id of a procedure", "Write an id that `lync-wizard procedures list` shows.")
    return name


_CHECKS: Final[dict[str, Callable[[str], str]]] = {
    "text": lambda text: "".join(" " if unicodedata.category(c) == "Zs" else c for c in text).strip(),
    "fqdn": fqdn,
    "host": host,
    "domain": fqdn,
    "netbios": _netbios,
    "unc": unc,
    "windows-path": windows_path,
    "folder": _folder,
    "path": _path_text,
    "file-name": file_name,
    "schedule": _schedule,
    "date": _date,
    "duration": _duration,
    "expiration": _expiration,
    "number": _number,
    "boolean": _boolean,
    "address": _address,
    "sip-uri": _sip_uri,
    "sql-instance": _sql_instance,
    "account": _account,
    "procedure": _procedure,
}


def check_value(field: Field, text: str) -> str:
    """One value (one item where the field holds many) in its plain spelling. Raises :class:`InputError`."""
    if not text.strip() or (field.kind != "text" and not _strip(text)):
        _wrong(f"{field.label} is empty", "Write a value, or leave the cell out.")
    if len(text) > LONGEST:
        _wrong(f"{field.label} is longer than {LONGEST} characters", "Write less.")
    paths = field.kind in {"unc", "windows-path", "folder", "path", "file-name"}
    if not paths and not text.isprintable() and any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        _wrong(f"{field.label} holds a control character", "Type the value yourself.")
    if field.kind == "choice":
        plain = _plain(text).lower().replace(" ", "-")
        if plain not in field.choices:
            _wrong(f"{_shown(text)} is not allowed", did_you_mean(plain, field.choices))
        return plain
    return _CHECKS[field.kind](text)


def parts(field: Field, text: str) -> tuple[str, ...]:
    """What a person typed, as items: parted at line ends, and at commas and semicolons where items hold none."""
    if not field.many:
        return (text,)
    pieces = re.split(r"\n" if field.lines else r"[\n,;]", text)
    return tuple(piece.strip() for piece in pieces if piece.strip())


def fill(
    field: Field, raw: str | Sequence[str], source: Source, *, at: datetime | None = None, origin: str = ""
) -> Entry:
    """An entry from what was given; a value that does not validate is kept with its problem. Never raises.

    Text for a field that holds many is parted at commas, semicolons and line ends.
    """
    given = parts(field, raw) if isinstance(raw, str) else tuple(raw)
    if not field.many and len(given) > 1:
        return Entry(
            given, source, at, origin, f"{field.label} holds one value, not {len(given)}", "Write one value only."
        )
    checked: list[str] = []
    problem = hint = ""
    for item in given:
        try:
            checked.append(check_value(field, item))
        except InputError as error:
            checked.append(item)
            problem, hint = problem or error.summary, hint or error.hint
    value = tuple(checked) if field.many else (checked[0] if checked else "")
    return Entry(value, source, at, origin, problem, hint)
