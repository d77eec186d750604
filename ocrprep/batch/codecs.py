"""How results are kept as JSON, and made again from it, every number exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocrprep.geometry import Box
from ocrprep.page import Source, Step
from ocrprep.result import Alternative, Character, Line, Reading, RecognitionResult, Word

if TYPE_CHECKING:
    from ocrprep.page import PageRef

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How results are kept.

    Args:
        encode: a result as JSON values.
        decode: the result again, for this page; None where it holds no longer, such as for a file that is gone.
    """

    encode: Callable[[T], Any]
    decode: Callable[[Any, PageRef], T | None]


def _encoded(result: RecognitionResult) -> Any:
    kept = asdict(replace(result, origin=None))
    del kept["origin"]
    return kept


def _decoded(kept: dict[str, Any], ref: PageRef) -> RecognitionResult:
    source = replace(Source(**kept.pop("source")), uri=ref.source.uri)
    lines = tuple(_line(line) for line in kept.pop("lines"))
    return RecognitionResult(
        **{
            **kept,
            "source": source,
            "lines": lines,
            "steps": _steps(kept["steps"]),
            "warnings": tuple(kept["warnings"]),
            "to_source": tuple(kept["to_source"]),
            "dropped": tuple(map(_word, kept["dropped"])),
            "readings": tuple(Reading(**{**item, "steps": _steps(item["steps"])}) for item in kept["readings"]),
        }
    )


def _steps(kept: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(**step) for step in kept)


def _line(kept: dict[str, Any]) -> Line:
    return Line(**{**kept, **_place(kept), "words": tuple(map(_word, kept["words"]))})


def _word(kept: dict[str, Any]) -> Word:
    others = (Alternative(**{**item, "readings": tuple(item["readings"])}) for item in kept["alternatives"])
    # A job of an earlier release knows no characters.
    signs = tuple(_character(item) for item in kept.get("characters", ()))
    told = {"readings": tuple(kept["readings"]), "alternatives": tuple(others), "characters": signs}
    return Word(**{**kept, **_place(kept), **told})


def _character(kept: dict[str, Any]) -> Character:
    others = tuple((text, sure) for text, sure in kept["alternatives"])
    return Character(**{**kept, **_place(kept), "alternatives": others})


def _place(kept: dict[str, Any]) -> dict[str, Any]:
    first, second, third, fourth = ((float(x), float(y)) for x, y in kept["source_quad"])
    return {"box": Box(**kept["box"]), "source_quad": (first, second, third, fourth)}


READINGS: Codec[RecognitionResult] = Codec(_encoded, _decoded)
"""Keeps what an engine read, every number exactly."""
