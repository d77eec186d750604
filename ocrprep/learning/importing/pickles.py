"""A reader of pickles that imports nothing and calls nothing.

Pickles are programs for a small stack machine. This one knows the instructions that PyTorch's own files need (protocol
2 and below, as Python 2 and 3 write them), keeps every class and function as a mere name, and leaves what a call of a
name means to whoever reads: a fixed table, never the name's owner. Anything else is refused. Python's ``pickle`` with a
list of allowed classes would still reserve memory as large as a file says, and hash whatever a file nests.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from ocrprep.errors import ModelError

_MOST_STEPS = 200_000
"""Instructions of one pickle, and values that calls copy; ocrobin's model has some two thousand."""
_PROTOCOL = 2
_SHOWN = 100
"""Characters of a name that a message shows."""


@dataclass(frozen=True, slots=True)
class Name:
    """A class or a function that a file asks for, by name alone."""

    dotted: str


@dataclass(slots=True, eq=False)
class Record:
    """An object of a named class: nothing but what it was told to remember."""

    kind: Name
    state: Any = None


Call: TypeAlias = Callable[[tuple[Any, ...]], Any]


class RefusedError(ModelError):
    """A model file that is damaged, or that asks for what is not allowed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a pickle may ask for.

    Args:
        classes: objects of these become records.
        calls: what a call of a name gives, from its arguments.
        names: what else may be named.
        persistent: what a persistent id stands for.
        build: takes an object and the state that it is told to remember.
    """

    classes: frozenset[str] = frozenset()
    calls: Mapping[str, Call] | None = None
    names: frozenset[str] = frozenset()
    persistent: Callable[[Any], Any] | None = None
    build: Callable[[Any, Any], None] | None = None

    def allow(self, dotted: str) -> bool:
        """Whether a name may be asked for."""
        return dotted in self.classes or dotted in self.names or dotted in (self.calls or {})


def read_pickle(stream: BinaryIO, rules: Rules) -> Any:
    """The value of one pickle; the stream then stands behind it.

    Strings of Python 2 are taken as Latin-1.

    Raises:
        RefusedError: damaged, truncated, too long, or an instruction or a name that is not allowed.
    """
    machine = _Machine(rules)
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name == "STOP":
                return machine.result()
            machine.step(opcode.name, argument)
    except (ValueError, struct.error, OverflowError) as error:
        # pickletools' own messages name bytes and positions.
        raise RefusedError(f"damaged or truncated: {error}") from error
    raise RefusedError("damaged or truncated: a pickle without an end")


_MARK = object()

_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "MARK": lambda: _MARK,
}
_LITERALS = frozenset(
    {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINSTRING", "SHORT_BINSTRING", "BINUNICODE"}
)
_PUTS, _GETS = frozenset({"BINPUT", "LONG_BINPUT"}), frozenset({"BINGET", "LONG_BINGET"})
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class _Machine:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._left = _MOST_STEPS
        self._others: dict[str, Callable[[], None]] = {
            "TUPLE": self._tuple,
            "APPEND": self._append,
            "APPENDS": self._appends,
            "SETITEM": self._set_item,
            "SETITEMS": self._set_items,
            "REDUCE": self._reduce,
            "NEWOBJ": self._new_object,
            "BUILD": self._build,
            "BINPERSID": self._persistent,
        }

    def result(self) -> Any:
        value = self._pop()
        if self._stack:
            raise RefusedError("damaged: a pickle with more than one value")
        return value

    def step(self, name: str, argument: Any) -> None:
        self._spend(1)
        if name in _LITERALS:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name]())
        elif name in _PUTS:
            self._memo[argument] = self._top()
        elif name in _GETS:
            self._recall(argument)
        elif name in _TUPLES:
            self._stack.append(tuple(reversed([self._pop() for _ in range(_TUPLES[name])])))
        elif name == "GLOBAL":
            self._name(argument)
        elif name in self._others:
            self._others[name]()
        elif name != "PROTO" or argument > _PROTOCOL:
            raise RefusedError(f"it holds the instruction {name}, which is not allowed in a model file")

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise RefusedError(f"a pickle of more than {_MOST_STEPS} instructions is no model of this kind")

    def _top(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise RefusedError("damaged: a pickle that takes more than it gave")
        return self._stack[-1]

    def _pop(self) -> Any:
        value = self._top()
        self._stack.pop()
        return value

    def _pop_marked(self) -> list[Any]:
        values: list[Any] = []
        while self._stack:
            value = self._stack.pop()
            if value is _MARK:
                return values[::-1]
            values.append(value)
        raise RefusedError("damaged: a pickle that takes more than it gave")

    def _recall(self, place: int) -> None:
        if place not in self._memo:
            raise RefusedError(f"damaged: a pickle that remembers nothing at place {place}")
        self._stack.append(self._memo[place])

    def _name(self, argument: str) -> None:
        dotted = argument.replace(" ", ".", 1)
        if not self._rules.allow(dotted):
            raise RefusedError(
                f"it asks for {dotted[:_SHOWN]!r}, which no weights need",
                hint="nothing of it was run; do not open this file with torch.load either",
            )
        self._stack.append(Name(dotted))

    def _tuple(self) -> None:
        self._stack.append(tuple(self._pop_marked()))

    def _list(self) -> list[Any]:
        target = self._top()
        if not isinstance(target, list):
            raise _weird("an append to", target)
        return target

    def _append(self) -> None:
        value = self._pop()
        self._list().append(value)

    def _appends(self) -> None:
        values = self._pop_marked()
        self._list().extend(values)

    def _set_item(self) -> None:
        value, key = self._pop(), self._pop()
        self._put([key, value])

    def _set_items(self) -> None:
        self._put(self._pop_marked())

    def _put(self, flat: list[Any]) -> None:
        target = self._top()
        if not isinstance(target, dict):
            raise _weird("an entry for", target)
        if len(flat) % 2:
            raise RefusedError("damaged: a key without a value")
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            target[plain_key(key)] = value

    def _reduce(self) -> None:
        arguments, called = self._pop(), self._pop()
        call = (self._rules.calls or {}).get(called.dotted) if isinstance(called, Name) else None
        if call is None or not isinstance(arguments, tuple):
            raise _weird("a call of", called)
        self._spend(sum(len(value) for value in arguments if isinstance(value, (list, dict, tuple))))
        self._stack.append(call(arguments))

    def _new_object(self) -> None:
        arguments, kind = self._pop(), self._pop()
        if not isinstance(kind, Name) or kind.dotted not in self._rules.classes or arguments != ():
            raise _weird("an object with arguments, or of something else than a class,", kind)
        self._stack.append(Record(kind))

    def _build(self) -> None:
        state = self._pop()
        if self._rules.build is None:
            raise _weird("a state for", self._top())
        self._rules.build(self._top(), state)

    def _persistent(self) -> None:
        identity = self._pop()
        if self._rules.persistent is None:
            raise RefusedError("damaged: a reference to what lies outside")
        self._stack.append(self._rules.persistent(identity))


def plain_key(key: Any) -> str | int:
    """A key that costs nothing to look up.

    Raises:
        RefusedError: neither a string nor a number.
    """
    if not isinstance(key, (str, int)):
        raise _weird("a key of type", key)
    return key


def _weird(what: str, value: Any) -> RefusedError:
    shown = value.dotted if isinstance(value, Name) else type(value).__name__
    return RefusedError(f"it holds {what} {shown!r}, which no weights need")
