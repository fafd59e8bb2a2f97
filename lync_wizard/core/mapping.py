"""Records to JSON data and back by the types of their fields; what does not fit is named by its place.

Only this module knows cattrs. It is loaded with the first record that is read or written: ``--help`` stays light.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

from lync_wizard.core import terminal
from lync_wizard.core.reading import Unfit
from lync_wizard.core.timestamps import parse_utc, utc

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Form = Callable[[Any], Any]
OMITTED: Final[Mapping[str, bool]] = MappingProxyType({"omitted": True})
"""Metadata of a field that is not written while it has its default."""
_MOST: Final = 3
"""Faults that are named; a file of another kind has hundreds."""
_own_forms: dict[Any, tuple[Form, Form]] = {}


def own_form(kind: Any, write: Form, read: Form) -> None:
    """Values of ``kind``, a class or a union, are written and read by these functions instead of by their fields."""
    _own_forms[kind] = write, read
    _converter.cache_clear()


def to_data(record: Any) -> dict[str, Any]:
    """A record as JSON data, its keys in the order of its fields."""
    data: dict[str, Any] = _converter(exact=True).unstructure(record)
    return data


def from_data(kind: type[T], data: Any, *, exact: bool = True) -> T:
    """The record that :func:`to_data` wrote; unknown keys are refused, or left out where it need not be ``exact``.

    Raises ValueError with the places of what does not fit, as in ``steps[3].host: is missing``.
    """
    try:
        return _converter(exact=exact).structure(data, kind)
    except Exception as error:
        faults = [*_faults(error)]
        more = [f"and {len(faults) - _MOST} more"] if len(faults) > _MOST else []
        raise Unfit("; ".join(faults[:_MOST] + more)) from error


def from_json(text: str) -> Any:
    """JSON data; a key that is given twice in one object, and a number that is none, are refused. Raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise Unfit("it is nested too deeply") from error


def to_json(data: Any) -> str:
    """Compact, key-sorted JSON: what is hashed, and equal only where the data are."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Unfit(terminal.visible(f"the key {name} is given twice"))
        found[name] = value
    return found


def _no_number(text: str) -> Any:
    raise Unfit(f"{text} is no number")


@cache
def _converter(*, exact: bool) -> Converter:
    # Imported here: no help needs it.
    from cattrs import Converter
    from cattrs.gen import make_dict_unstructure_fn, override

    made = Converter(forbid_extra_keys=exact, unstruct_collection_overrides={tuple: list})

    def writer(kind: Any) -> Form:
        omitted: Any = {f.name: override(omit_if_default=True) for f in fields(kind) if f.metadata == OMITTED}
        return make_dict_unstructure_fn(kind, made, **omitted)

    made.register_unstructure_hook_factory(is_dataclass, writer)
    # A whole number stays whole: plans are hashed as text.
    made.register_structure_hook(float, lambda data, _: data if isinstance(data, int) else float(data))
    made.register_unstructure_hook(datetime, utc)
    made.register_structure_hook(datetime, lambda data, _: parse_utc(data))
    for kind, (write, read) in _own_forms.items():
        for one in get_args(kind) or (kind,):
            made.register_unstructure_hook(one, write)
        made.register_structure_hook(kind, _hook(read))
        # A union with None added is one flat union, which has to be known by itself.
        made.register_structure_hook(kind | None, _hook(read, optional=True))
    return made


def _hook(read: Form, *, optional: bool = False) -> Callable[[Any, Any], Any]:
    return lambda data, _: None if optional and data is None else read(data)


def _faults(error: BaseException, place: str = "") -> Iterator[str]:
    """``PLACE: WHAT`` of everything that cattrs gathered; an error's note says of which field, item or key it is."""
    # Imported here: no help needs it.
    from cattrs import AttributeValidationNote, BaseValidationError, ForbiddenExtraKeysError, IterableValidationNote

    name = ""
    for note in getattr(error, "__notes__", ()):
        match note:
            case AttributeValidationNote(name=name):
                place += f".{name}" if place else name
            case IterableValidationNote(index=index):
                place += f"[{index}]"
    match error:
        case BaseValidationError(exceptions=inner):
            for one in inner:
                yield from _faults(one, place)
            return
        case ForbiddenExtraKeysError(extra_fields=unknown):
            what = f"has unknown keys: {', '.join(sorted(unknown))}"
        case KeyError(args=(key,)):
            what = "is missing" if key == name else f"{key} is missing"
        case _:
            what = "is not as this program writes it"
    yield terminal.visible(f"{place}: {what}" if place else what)
