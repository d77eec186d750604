"""Pydantic models whose parameters may be given by position, for the interpreter and for type checkers."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from typing_extensions import dataclass_transform

from ocrprep.geometry import Rectangle

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


@dataclass_transform(kw_only_default=False, field_specifiers=(Field,))
class Positional(ModelMetaclass):
    """Lets parameters be given by position, in the order of their declaration and ``area`` last: ``Threshold(150)``.

    A :class:`Rectangle` that ends the positions is the area, whatever was left out before it: ``Median(Rectangle(…))``.
    """

    @property
    def __signature__(cls) -> inspect.Signature:  # noqa: N805 - this is a metaclass
        fields = cls.model_fields  # type: ignore[attr-defined]
        order = [name for name in fields if name not in {"kind", "area"}] + ["area"]
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=inspect.Parameter.empty if fields[name].is_required() else fields[name].default,
                    annotation=fields[name].annotation,
                )
                for name in order
            ]
        )

    @__signature__.setter
    def __signature__(cls, value: object) -> None:  # noqa: N805
        """Pydantic sets one of its own, in which every parameter is by name only."""

    def __call__(cls, *args: Any, **named: Any) -> Any:  # noqa: N805
        if args:
            names = list(cls.__signature__.parameters)
            if len(args) > len(names):
                raise TypeError(f"{cls.__name__}() takes at most {len(names)} arguments: {', '.join(names)}")
            placed = dict(zip(names, args, strict=False))
            last = names[len(args) - 1]
            if isinstance(args[-1], Rectangle) and "Rectangle" not in str(cls.model_fields[last].annotation):  # type: ignore[attr-defined]
                # Aspose's factories take one after the parameters that theirs have, which are fewer.
                placed["area"] = placed.pop(last)
            twice = placed.keys() & named.keys()
            if twice:
                raise TypeError(f"{cls.__name__}() got {min(twice)} by position and by name")
            named = {**placed, **named}
        return super().__call__(**named)
