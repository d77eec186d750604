"""What a filter that chooses decided about a page, from the steps of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ocrprep import notation
from ocrprep.page import Step


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision, such as that of ``auto``.

    Args:
        kind: of the filter that chose.
        reason: why, in words.
        chain: what it did with the page, as plain values: ``{"kind": …, parameter: value}`` for each filter, in order;
            empty where the page was left as it was. A filter with an ``area`` cuts that out first, so ``crop`` comes
            first.
        facts: whatever else it told, such as what was tried and what that was worth.
    """

    kind: str
    reason: str = ""
    chain: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_yaml(self) -> str:
        """A chain file that does the same without choosing, given the page that the chooser was given.

        ``FilterChain.from_yaml`` reads it, and so does ``--chain``. Filters before and after the chooser are not in it;
        ``FilterChain.from_steps`` gives the chain of the whole way.
        """
        # The version of the notation, as FilterChain writes it; that class is floors above.
        return notation.to_yaml({"ocrprep": 1, "filters": [dict(item) for item in self.chain]})

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain lists, numbers and strings."""
        return {
            "kind": self.kind,
            "reason": self.reason,
            "chain": [dict(item) for item in self.chain],
            "facts": dict(self.facts),
        }


def choices_of(steps: Iterable[Step]) -> tuple[Choice, ...]:
    """The decisions among the steps of a page, in order; none where no filter of its chain chooses.

    Args:
        steps: of a ``Page``, a ``RecognitionResult`` or a ``SavedImage``.
    """
    return tuple(_choice(step) for step in steps if step.implicit and "chain" in step.found)


def _choice(step: Step) -> Choice:
    area = step.parameters.get("area")
    cut = [] if area is None else [{"kind": "crop", "area": list(area)}]
    return Choice(
        step.kind,
        str(step.found.get("reason", "")),
        (*cut, *step.found["chain"]),
        {name: value for name, value in step.found.items() if name not in {"reason", "chain"}},
    )
