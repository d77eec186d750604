"""How many readings, of what, and at what cost."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import Self

from ocrprep.chain import FilterChain
from ocrprep.consensus.preparing import MOST
from ocrprep.errors import ConfigError

Wanted: TypeAlias = "Literal['auto'] | int | list[FilterChain] | tuple[FilterChain, ...]"
"""What ``consensus=`` takes: ``auto`` reads until nothing is doubtful; a number is that of the preparations to read; or
the chains to read, ``FilterChain()`` being the page as it is."""


class Consensus(BaseModel):
    """The settings of a consensus.

    Args:
        readings: see :data:`Wanted`.
        budget: of ``auto``, how often the engine may read the page in all, about: 1.5 lets it read the page once and
            half of its text a second time, only what is doubtful. None lets it read whole pages, up to six.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    readings: Literal["auto"] | Annotated[int, Field(ge=1, le=MOST, strict=True)] | tuple[FilterChain, ...] = "auto"
    budget: Annotated[float, Field(ge=1.0, le=20.0)] | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.readings == ():
            raise ValueError("a consensus of chains needs at least one chain")
        if self.budget is not None and self.readings != "auto":
            raise ValueError("a budget goes with readings='auto'; a number or a list of chains is its own budget")
        return self

    @property
    def setting(self) -> dict[str, Any]:
        """What a result depends on, JSON-ready, for a job or a cache to compare."""
        readings = self.readings
        told = [chain.to_dict(full=True) for chain in readings] if isinstance(readings, tuple) else readings
        return {"readings": told, "budget": self.budget}


def consensus_of(wanted: Wanted | None, budget: float | None) -> Consensus | None:
    """The settings that were asked for; None for an ordinary reading.

    Raises:
        ConfigError: they make no sense.
    """
    if wanted is None:
        if budget is not None:
            raise ConfigError("budget has no effect without consensus", hint="consensus='auto'")
        return None
    try:
        return Consensus(readings=tuple(wanted) if isinstance(wanted, list) else wanted, budget=budget)
    except ValidationError as error:
        reasons = [str(item["ctx"]["error"]) for item in error.errors() if item["type"] == "value_error"]
        raise ConfigError(
            f"consensus={wanted!r}, budget={budget!r}: {'; '.join(reasons) or 'not what these can be'}",
            hint=f"consensus is 'auto', a number from 1 to {MOST}, or a list of FilterChains; budget is 1 or more",
        ) from error
