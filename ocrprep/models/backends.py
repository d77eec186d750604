"""Who does a network's arithmetic: ONNX Runtime where it is installed, else OpenCV's own DNN module.

Both give the same maps to a thousandth. On two cores ONNX Runtime takes half of OpenCV's time; OpenCV needs nothing
that is not installed anyway.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, Literal, Protocol, TypeAlias, cast, get_args

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.errors import ModelError
from ocrprep.models import Model
from ocrprep.threads import cores

BackendName: TypeAlias = Literal["onnxruntime", "opencv"]

Maps: TypeAlias = npt.NDArray[np.float32]
"""[1, C, H, W] in, [1, K, H, W] out."""

BACKEND, THREADS = "OCRPREP_BACKEND", "OCRPREP_THREADS"
"""Environment variables: which backend, and how many threads it may use, where a caller names none."""

_MOST_OPEN = 4
"""Networks that stay open: those used last."""

_GPU = "CUDAExecutionProvider"


class Backend(Protocol):
    """An opened network. It may be called from several threads at once."""

    name: str

    def run(self, inputs: Maps) -> Maps:
        """The network's output, an array of its own.

        Raises:
            ModelError: the network does not fit the input, or lacks the memory.
        """
        ...


def opened(model: Model, backend: BackendName | None = None, threads: int | None = None) -> Backend:
    """The model's network, opened once per process.

    Args:
        model: what to open; two files with the same bytes are one network.
        backend: None: ``OCRPREP_BACKEND``, else ONNX Runtime where it is installed, else OpenCV.
        threads: 1 or more; None: ``OCRPREP_THREADS``, else as many as the process may use cores.

    Raises:
        ModelError: no such backend, or it does not understand the file.
    """
    chosen = backend or _named() or ("onnxruntime" if has_onnxruntime() else "opencv")
    if chosen == "onnxruntime" and not has_onnxruntime():
        raise ModelError("ONNX Runtime is not installed", hint="pip install onnxruntime, or let OpenCV do the work")
    return _OPEN.get(model, chosen, threads or _counted() or cores())


def has_onnxruntime() -> bool:
    """Whether ONNX Runtime is installed; it is not loaded by asking."""
    return importlib.util.find_spec("onnxruntime") is not None


def _named() -> BackendName | None:
    name = os.environ.get(BACKEND, "")
    if name not in ("", *get_args(BackendName)):
        raise ModelError(f"{BACKEND}: no backend is called {name!r}", hint="it is onnxruntime or opencv")
    return cast("BackendName", name) if name else None


def _counted() -> int | None:
    given = os.environ.get(THREADS, "")
    if given and (not given.isdecimal() or int(given) < 1):
        raise ModelError(f"{THREADS}: {given!r} is no number of threads", hint="it is a whole number from 1")
    return int(given) if given else None


class _Open:
    """The networks of this process; two threads that want the same one open it once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._networks: dict[tuple[str, BackendName, int], Backend] = {}
        self._inherited: list[object] = []

    def get(self, model: Model, backend: BackendName, threads: int) -> Backend:
        """The network, newly opened where it is not among the last few."""
        key = model.manifest.sha256, backend, threads
        with self._lock:
            network = self._networks.pop(key, None)
            if network is None:
                network = (_OnnxRuntime if backend == "onnxruntime" else _OpenCV)(model, threads)
            self._networks[key] = network
            if len(self._networks) > _MOST_OPEN:
                del self._networks[next(iter(self._networks))]
            return network

    def forget(self) -> None:
        """In a forked worker: it inherits networks but none of their threads, and even closing one waits for these."""
        self._inherited.append(self._networks)
        self._networks = {}
        self._lock = threading.Lock()


_OPEN = _Open()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_OPEN.forget)


class _OnnxRuntime:
    def __init__(self, model: Model, threads: int) -> None:
        import onnxruntime  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 - heavy

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # One block of memory per shape of input would never be given back: pages come in many shapes.
        options.enable_mem_pattern = False
        # Not "session.set_denormal_as_zero": it would change how the caller's own thread calculates from then on.
        # Threads that wait for work in a loop take the cores from the other pages of a batch.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        gpu = [_GPU] if _GPU in onnxruntime.get_available_providers() else []
        self._name = model.manifest.name
        self._session: Any = _translated(
            "ONNX Runtime",
            self._name,
            lambda: onnxruntime.InferenceSession(model.content, options, providers=[*gpu, "CPUExecutionProvider"]),
        )
        self._input = self._session.get_inputs()[0].name
        self.name = "onnxruntime, gpu" if _GPU in self._session.get_providers() else "onnxruntime"

    def run(self, inputs: Maps) -> Maps:
        """As the protocol says."""
        answer = _translated("ONNX Runtime", self._name, lambda: self._session.run(None, {self._input: inputs}))
        return np.asarray(answer[0], np.float32)


class _OpenCV:
    """OpenCV's networks keep their layers' results inside: each caller at a time has one of its own."""

    name = "opencv"

    def __init__(self, model: Model, threads: int) -> None:
        self._model, self._threads = model, threads
        self._idle: list[Any] = [self._another()]

    def run(self, inputs: Maps) -> Maps:
        """As the protocol says."""
        try:
            net = self._idle.pop()
        except IndexError:
            net = self._another()
        try:
            made: Maps = _translated("OpenCV", self._model.manifest.name, lambda: self._forward(net, inputs))
            return made
        finally:
            self._idle.append(net)

    def _another(self) -> Any:
        content = np.frombuffer(self._model.content, np.uint8)
        return _translated("OpenCV", self._model.manifest.name, lambda: cv2.dnn.readNetFromONNX(content))

    def _forward(self, net: Any, inputs: Maps) -> Maps:
        with _COUNT.of(self._threads):
            net.setInput(inputs)
            # What comes back is the network's own memory, which the next call overwrites.
            return np.array(net.forward(), np.float32)


class _Count:
    """OpenCV's count of threads, which is the whole process's: touched only where somebody asked for another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = self._before = 0

    @contextlib.contextmanager
    def of(self, threads: int) -> Iterator[None]:
        """So many, and when the last who asked is done, as many as before; of two wishes the later holds."""
        if threads == cores():
            yield
            return
        with self._lock:
            self._before = self._before if self._users else cv2.getNumThreads()
            self._users += 1
            cv2.setNumThreads(threads)
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    cv2.setNumThreads(self._before)


_COUNT = _Count()


def _translated(who: str, name: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except MemoryError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())[:300]
        raise ModelError(
            f"{who} cannot run the model {name!r}: {text}",
            hint="export the model again; with ONNX Runtime installed more kinds of networks run",
        ) from error
