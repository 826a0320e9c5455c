"""What stands in a JSON body: its members, read strictly, each refusal with its place."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mapping.errors import Refusal
from mapping.geometry import clean_text

MAX_WORDS = 2000  # code points of a reply or a reason


def members(data: Any, *known: str) -> Mapping[str, Any]:
    """The body as an object with no member but these."""
    if data is None or data == "":
        data = {}
    if not isinstance(data, Mapping):
        raise Refusal("body_object")
    for name in data:
        if name not in known:
            raise Refusal("member_unknown", attr=str(name)[:60], name=str(name)[:60])
    return data


def words_in(data: Mapping[str, Any], name: str = "words", most: int = MAX_WORDS) -> str:
    given = data.get(name)
    return "" if given is None else clean_text(given, name, most)


def id_in(data: Mapping[str, Any], name: str) -> UUID:
    given = data.get(name)
    try:
        if isinstance(given, str) and len(given) == 36:
            return UUID(given)
    except ValueError:
        pass
    raise Refusal("id_form", attr=name, given=str(given)[:40])


def ids_in(data: Mapping[str, Any], name: str, most: int, *, least: int = 1) -> list[UUID]:
    """Ids, each once."""
    given = data.get(name)
    if not isinstance(given, list) or not least <= len(given) <= most:
        raise Refusal("pins_list", attr=name, most=most)
    found = [id_in({name: one}, name) for one in given]
    if len(set(found)) < len(found):
        raise Refusal("pins_list", attr=name, most=most)
    return found


def whole_in(data: Mapping[str, Any], name: str, low: int, high: int, code: str = "number_range") -> int | None:
    given = data.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise Refusal(code, attr=name, given=str(given)[:40], low=low, high=high)
    return given
