"""The pattern of a `completion_window`, from the bounds that are documented of it: nobody types it beside them."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.document import Document
from conformance.input_rules.limits import HOURS, hours
from conformance.openapi import find
from conformance.references import at, resolve

FIELD = "completion_window"
_FREE = "[0-9]"


def derive_window(document: Any) -> None:
    """Give the field of create_batch the pattern that its limit asks for, where a limit and the field are there."""
    whole = Document(document)
    found = find(whole).get("create_batch")
    limits = at(whole, found.location).get("x-limits", ()) if found else ()
    limit: Mapping[str, Any] = next((one for one in limits if one.get("name") == FIELD), {})
    least, most = hours(limit.get("minimum")), hours(limit.get("maximum"))
    if found is None or least is None or most is None:
        return
    units = {str(one)[-1:] for one in limit.get("formats", ()) if hours(one)} or set(HOURS)
    content = at(whole, resolve(whole, (*found.location, "requestBody"))).get("content", {})
    for media in content:
        schema = at(whole, resolve(whole, (*found.location, "requestBody", "content", media, "schema")))
        field = schema.get("properties", {}).get(FIELD)
        if isinstance(field, dict) and field.get("type") == "string":
            field["pattern"] = pattern(least, most, sorted(units & set(HOURS), key=lambda unit: HOURS[unit]))


def pattern(least: int, most: int, units: list[str]) -> str:
    """A pattern of the windows from `least` to `most` hours, written in some units."""
    each = []
    for unit in units:
        numbers = "|".join(_digits(*one) for one in _stretches(-(-least // HOURS[unit]), most // HOURS[unit]))
        each += [f"({numbers}){unit}" if "|" in numbers else f"{numbers}{unit}"] if numbers else []
    return f"^({'|'.join(each)})$" if len(each) != 1 else f"^{each[0]}$"


def _stretches(low: int, high: int) -> Iterator[tuple[int, int]]:
    """The numbers from one to another, cut so that in each stretch all digits but one are fixed or free."""
    while low <= high:
        step = 1
        while low % (step * 10) == 0 and low + step * 10 - 1 <= high:
            step *= 10
        more = min(9 - low // step % 10, (high - low + 1) // step - 1)
        end = low + step * (more + 1) - 1
        yield low, end
        low = end + 1


def _digits(low: int, high: int) -> str:
    """A pattern of a stretch."""
    parts = [_digit(*pair) for pair in zip(str(low), str(high), strict=True)]
    free = parts.count(_FREE)
    return "".join(part for part in parts if part != _FREE) + (f"{_FREE}{{{free}}}" if free > 1 else _FREE * free)


def _digit(low: str, high: str) -> str:
    return low if low == high else f"[{low}{high}]" if int(high) == int(low) + 1 else f"[{low}-{high}]"
