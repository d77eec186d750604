"""The inside of a child process: it unpacks one object and calls its methods, one message after the other.

Messages are a header (how many parts, how long each is) and the parts: a pickle, and the large arrays beside it.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import threading
import time
from typing import IO, Any

_COUNT, _LENGTH = struct.Struct("<I"), struct.Struct("<Q")


def send(stream: IO[bytes], message: Any) -> None:
    """Write a message; arrays are not copied into the pickle."""
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(message, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(head), *(array.raw() for array in arrays)]
    stream.write(_COUNT.pack(len(parts)) + b"".join(_LENGTH.pack(part.nbytes) for part in parts))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read a message.

    Raises:
        EOFError: the other side has gone.
    """
    (count,) = _COUNT.unpack(_read(stream, _COUNT.size))
    lengths = [_LENGTH.unpack(_read(stream, _LENGTH.size))[0] for _ in range(count)]
    head, *arrays = [_read(stream, length) for length in lengths]
    return pickle.loads(head, buffers=arrays)  # noqa: S301 - both ends are this package, over a private pipe


def _read(stream: IO[bytes], length: int) -> bytearray:
    data = bytearray(length)
    view, filled = memoryview(data), 0
    while filled < length:
        got = stream.readinto(view[filled:])  # type: ignore[attr-defined]
        if not got:
            raise EOFError
        filled += got
    return data


def main() -> None:
    """Serve the parent until it closes the pipe.

    Arguments of the process: the parent's number, the most bytes of memory that may be taken (0: no limit). The first
    message is the object's pickle and is answered like a call; each later one is (method, arguments); each answer is
    (True, result) or (False, exception).
    """
    parent, memory = int(sys.argv[1]), int(sys.argv[2])
    coming = sys.stdin.buffer
    # Whatever an engine prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _follow(parent)
    if memory:
        _limit(memory)
    thing: Any = None
    try:
        thing = _answered(answers, lambda: pickle.loads(receive(coming)))  # noqa: S301 - likewise
        while True:
            method, arguments = receive(coming)
            _answered(answers, lambda: getattr(thing, method)(*arguments))  # noqa: B023 - called at once
    except (EOFError, BrokenPipeError):
        # Engines that are at work in other threads must not hold up the end.
        os._exit(0)


def _answered(answers: IO[bytes], call: Any) -> Any:
    result = None
    try:
        result = call()
        answer = (True, result)
    except Exception as error:  # noqa: BLE001 - told to the parent
        answer = (False, error)
    try:
        send(answers, answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        what = answer[1] if not answer[0] else error
        send(answers, (False, RuntimeError(f"{type(what).__name__}: {what}")))
    return result


def _follow(parent: int) -> None:
    """End with the parent, however it ends: a child that is busy does not notice that its pipe is closed."""
    if os.name == "nt":
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _limit(memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    except (ImportError, ValueError, OSError):
        # Not on this system; the timeout still ends what takes too long.
        return
