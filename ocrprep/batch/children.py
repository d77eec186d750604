"""Objects at work in child processes: what crashes, hangs or eats memory there costs one call and nothing else.

Children are started by name of their modules, not forked and not through the caller's main script, so that a script
needs no ``if __name__ == "__main__"`` and threads of the parent do no harm. They stay warm from call to call, end with
their parent, and hear no Ctrl-C of their own.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import weakref
from functools import cache
from pathlib import Path
from typing import Any

from ocrprep.batch._child import receive, send

_BOOT = "import sys; sys.path[:] = sys.argv[3:]; from ocrprep.batch._child import main; main()"


class ChildDied(Exception):  # noqa: N818 - what happened, in the words of this module
    """The child ended during a call; the text says how."""


class ChildTimeout(Exception):  # noqa: N818
    """The call took too long, and the child was killed."""


def available() -> bool:
    """Whether there can be children: not inside a frozen program, whose executable is no Python."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


class Child:
    """A Python process that holds a copy of one object.

    Args:
        packed: the object's pickle; its class must be importable by name.
        memory: bytes that the process may take, 0 for no limit; where the system has such a limit (Linux).

    Raises:
        ChildDied: it did not come up.
        Exception: what unpacking the object raised.
    """

    def __init__(self, packed: bytes, memory: int = 0) -> None:
        command = [sys.executable, "-c", _BOOT, str(os.getpid()), str(memory), *sys.path]
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"OMP_THREAD_LIMIT": "1", **os.environ},
            # A process group of its own: Ctrl-C is for the parent, and killing it reaches its own children.
            start_new_session=True,
        )
        self._memory = memory
        self._killed_for_time = False
        try:
            self._exchange(packed)
        except BaseException:
            self.kill()
            raise

    def call(self, method: str, *arguments: Any, timeout: float | None = None) -> Any:
        """Call a method of the object and wait for what it returns.

        Raises:
            ChildTimeout: after ``timeout`` seconds; the child is dead.
            ChildDied: the process ended.
            Exception: what the method raised.
        """
        if timeout is None:
            return self._exchange((method, arguments))
        timer = threading.Timer(timeout, self._out_of_time)
        timer.daemon = True
        timer.start()
        try:
            return self._exchange((method, arguments))
        except ChildDied as error:
            if self._killed_for_time:
                raise ChildTimeout(f"no answer within {timeout:g} seconds") from error
            raise
        finally:
            timer.cancel()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and its own children at once."""
        process = self._process
        if process.poll() is None:
            self._strike()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()

    def _exchange(self, message: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, message)
            fine, answer = receive(self._process.stdout)
        except (EOFError, OSError, ValueError) as error:
            raise ChildDied(self._epitaph()) from error
        if fine:
            return answer
        if isinstance(answer, MemoryError):
            # What it did get hold of may never be given back.
            self.kill()
            raise ChildDied(f"it took more than the {self._memory >> 20} MiB of memory that it may have")
        raise answer

    def _out_of_time(self) -> None:
        self._killed_for_time = True
        self._strike()

    def _strike(self) -> None:
        """Kill the process and its own children, without waiting for their end."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _epitaph(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        if code >= 0:
            return f"it ended with status {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        limit = f", perhaps for want of memory (it may take {self._memory >> 20} MiB)" if self._memory else ""
        return f"it was ended by {name}{limit if name in {'SIGABRT', 'SIGKILL', 'SIGBUS'} else ''}"


class Children:
    """As many children as calls are made at the same time, up to a number; each has its own copy of an object.

    A child takes longer to start than a small call to answer. So a call that finds all children at work starts another
    one only if none is being started, and then takes whichever is free first.

    Args:
        thing: pickled once, when the first child is needed.
        most: children at the same time; a call beyond waits.
        memory: see :class:`Child`; None: what :func:`fair_share` says.
    """

    def __init__(self, thing: Any, most: int, memory: int | None = None) -> None:
        self._thing = thing
        self._packed = b""
        self._memory = fair_share(most) if memory is None else memory
        self._most = most
        self._news = threading.Condition()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._starting = 0
        self._failure: BaseException | None = None
        self._end = weakref.finalize(self, _kill_all, self._all, self._news)

    def call(self, method: str, *arguments: Any, timeout: float | None = None, eager: bool = False) -> Any:
        """See :meth:`Child.call`; a child that died is replaced at the next call.

        Args:
            method: of the object.
            arguments: for it.
            timeout: seconds.
            eager: the call will take long, so that it is worth a child of its own at once.
        """
        child = self._hired(eager=eager)
        try:
            return child.call(method, *arguments, timeout=timeout)
        finally:
            self._back(child)

    def resize(self, most: int) -> None:
        """Another number of children at the same time, for the calls that begin from now on."""
        with self._news:
            self._most = most
            self._news.notify_all()

    def close(self) -> None:
        """Kill all children, also those that are at work; a later call starts anew."""
        _kill_all(self._all, self._news)

    def _hired(self, *, eager: bool) -> Child:
        with self._news:
            if eager and not self._idle:
                self._start()
            while True:
                while self._idle:
                    child = self._idle.pop()
                    if child.alive and child in self._all:
                        return child
                    self._all.discard(child)
                    child.kill()
                if self._failure is not None:
                    failure, self._failure = self._failure, None
                    raise failure
                if not self._starting:
                    self._start()
                # A wait without an end cannot be interrupted on Windows.
                self._news.wait(0.5)

    def _start(self) -> None:
        """Start a child beside the callers, if there may be another one."""
        if len(self._all) + self._starting >= self._most:
            return
        if not self._packed:
            self._packed = pickle.dumps(self._thing)
        self._starting += 1
        threading.Thread(target=self._started, daemon=True, name="ocrprep-child").start()

    def _started(self) -> None:
        child, failure = None, None
        try:
            child = Child(self._packed, self._memory)
        except BaseException as error:  # noqa: BLE001 - raised in the call that waits for it
            failure = error
        with self._news:
            self._starting -= 1
            if child is None:
                self._failure = failure
            else:
                self._all.add(child)
                self._idle.append(child)
            self._news.notify_all()

    def _back(self, child: Child) -> None:
        with self._news:
            kept = child.alive and child in self._all and len(self._all) <= self._most
            if kept:
                self._idle.append(child)
            else:
                self._all.discard(child)
            self._news.notify_all()
        if not kept:
            child.kill()


def _kill_all(children: set[Child], lock: threading.Condition) -> None:
    with lock:
        doomed = list(children)
        children.clear()
    for child in doomed:
        child.kill()


def fair_share(workers: int) -> int:
    """Bytes that one of so many processes may take; 0 where the system does not tell.

    Four fifths of the machine's memory (or the container's) in equal parts, but at least 2 GiB.
    """
    total = _machine_memory()
    return max(2 << 30, total * 4 // 5 // max(1, workers)) if total else 0


@cache
def _machine_memory() -> int:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            total = min(total, int(Path(limit).read_text(encoding="ascii")))
    return total
