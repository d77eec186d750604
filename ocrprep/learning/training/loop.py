"""The loop: crops in, steps of AdamW, averaged weights out."""

from __future__ import annotations

import copy
import math
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

import ocrprep
from ocrprep.errors import TrainingError
from ocrprep.learning.architectures import ARCHITECTURES
from ocrprep.learning.data import MadePages, Source
from ocrprep.learning.example import Example
from ocrprep.learning.losses import Losses, losses
from ocrprep.learning.networks import build
from ocrprep.learning.training.config import TrainingConfig
from ocrprep.learning.training.loader import Batch, CropMaker, batches
from ocrprep.learning.training.log import Line, Log
from ocrprep.learning.training.machine import Machine
from ocrprep.learning.training.state import Checkpoint, Measured, read_checkpoint, write_checkpoint
from ocrprep.learning.training.validation import measured, validation_pages
from ocrprep.outputs.files import made

LAST, BEST = "last.pt", "best.pt"

_PARTS = ("total", "bce", "dice", "focal", "coverage")

Progress = Callable[[Line], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training.

    Args:
        folder: of its files.
        last: the checkpoint after the last step.
        best: the checkpoint that did best on the validation pages.
        measured: what the best one did there.
        steps: that were made in all.
    """

    folder: Path
    last: Path
    best: Path
    measured: Measured
    steps: int


def train(
    config: TrainingConfig,
    folder: Path,
    *,
    training: Source | None = None,
    validation: Source | None = None,
    cache: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Trained:
    """Train a network.

    The folder gets ``last.pt`` and ``best.pt`` (weights, their average, and all that a resumption needs) and
    ``log.csv``. After a kill, ``resume`` goes on from ``last.pt``; on a CPU, and with the same number of threads, the
    final weights are then, bit for bit, those of a training that nobody killed.

    Args:
        config: the recipe.
        folder: made if need be.
        training: pages to learn from; without them, ``config.pages`` made pages.
        validation: pages to measure by; without them, ``config.validation_pages`` made pages, all others.
        cache: a folder that remembers made pages, as :class:`~ocrprep.learning.data.MadePages` says.
        resume: go on from the folder's ``last.pt``, if there is one.
        progress: called with each line of the log.

    Raises:
        TrainingError: a loss that is no number, a worker that died, or a folder that holds another training.
        ModelError: a checkpoint that cannot be read.
        OutputError: the folder cannot be written.
    """
    made(folder)
    with _threads(config.threads):
        run = _Run(config, folder, resume=resume)
        training = training or MadePages(config.page_seed, config.pages, _shape(config), cache)
        validation = validation or MadePages(config.page_seed + 1, config.validation_pages, _shape(config), cache)
        return run.to_the_end(training, validation, progress)


def learning_rate(config: TrainingConfig, step: int) -> float:
    """Of a 0-based step: a straight rise, then half a cosine (Loshchilov and Hutter 2017)."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    share = config.last_rate + (1 - config.last_rate) * (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return config.learning_rate * share


class _Run:
    """One training from its first weights, or its last checkpoint, to its end."""

    def __init__(self, config: TrainingConfig, folder: Path, *, resume: bool) -> None:
        self.config, self.folder = config, folder
        self.architecture = ARCHITECTURES[config.architecture]
        self.machine = Machine.chosen(config.device, config.precision)
        torch.manual_seed(config.seed)
        self.network = self.machine.placed(build(config.architecture))
        self.average = copy.deepcopy(self.network).requires_grad_(requires_grad=False)
        self.optimizer = torch.optim.AdamW(_groups(self.network, config.weight_decay), lr=config.learning_rate)
        self.scaler = torch.amp.GradScaler(self.machine.device.type, enabled=self.machine.precision == "fp16")
        self.step, self.waited = 0, 0
        self.best: Measured | None = None
        last = folder / LAST
        if last.exists() and resume:
            self._take_up(read_checkpoint(last))
        elif last.exists():
            raise TrainingError(f"{folder} holds a training already", hint="resume it, or name another folder")

    def to_the_end(self, training: Source, validation: Source, progress: Progress | None) -> Trained:
        """All steps that are left."""
        config = self.config
        pages = validation_pages(validation)
        if not pages:
            raise TrainingError("no validation page holds ink", hint="more of them, or other ones")
        maker = CropMaker(training, config.seed, config.batch, config.crop, self.architecture.normalization)
        log = Log(self.folder, self.step)
        tally = _Tally(config)
        source = batches(maker, self.step, config.steps, config.workers)
        try:
            while self.step < config.steps and not self._patience_ended():
                asked = time.perf_counter()
                batch = next(source)
                tally.wait(time.perf_counter() - asked)
                tally.add(self._train_on(batch))
                self._after_step(pages, tally, log, progress)
        finally:
            source.close()  # type: ignore[attr-defined]  # a generator
            log.close()
        assert self.best is not None
        return Trained(self.folder, self.folder / LAST, self.folder / BEST, self.best, self.step)

    def _after_step(self, pages: list[Example], tally: _Tally, log: Log, progress: Progress | None) -> None:
        config, end = self.config, self.step == self.config.steps
        measure = end or self.step % config.validate_every == 0
        if measure or self.step % config.log_every == 0:
            line = tally.line(self.step, learning_rate(config, self.step - 1))
            if measure:
                line = self._with_measurement(line, pages)
            log.write(line)
            if progress is not None:
                progress(line)
        if measure or self.step % config.checkpoint_every == 0:
            write_checkpoint(self.folder / LAST, self._state())

    def _with_measurement(self, line: Line, pages: list[Example]) -> Line:
        """The line with what the averaged weights do on the validation pages; the best so far are kept."""
        found = measured(self.average, pages, self.architecture, self.machine, share=self.config.losses, step=self.step)
        if self.best is None or found.f_measure > self.best.f_measure:
            self.best, self.waited = found, 0
            write_checkpoint(self.folder / BEST, self._state())
        else:
            self.waited += 1
        return replace(line, f_measure=found.f_measure, iou=found.iou, validation_loss=found.loss)

    def _patience_ended(self) -> bool:
        return 0 < self.config.patience <= self.waited

    def _train_on(self, batch: Batch) -> Losses:
        """One step.

        Raises:
            TrainingError: the loss is not a number.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        tensor = self.machine.tensor
        inputs = tensor(batch.inputs).to(memory_format=torch.channels_last)
        with self.machine.autocast():
            logits = self.network(inputs)
        found = losses(logits, tensor(batch.ink), tensor(batch.coverage), tensor(batch.known), self.config.losses)
        if not bool(torch.isfinite(found.total)):
            raise TrainingError(
                f"the loss is {found.total.item()}",
                step=self.step,
                hint="a lower learning_rate, or precision=fp32; --resume goes on from the last checkpoint",
            )
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(found.total).backward()  # type: ignore[no-untyped-call]
        self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.step += 1
        self._move_average()
        return found

    @torch.no_grad()
    def _move_average(self) -> None:
        # The first weights are chance and must not be remembered for a thousand steps.
        kept = min(self.config.ema, self.step / (self.step + 10))
        for mean, value in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - kept)
            else:
                mean.copy_(value)

    def _state(self) -> Checkpoint:
        return Checkpoint(
            config=self.config,
            step=self.step,
            network=self.network.state_dict(),
            average=self.average.state_dict(),
            optimizer=self.optimizer.state_dict(),
            scaler=self.scaler.state_dict(),
            random=torch.get_rng_state(),
            best=self.best,
            waited=self.waited,
            told={
                "precision": self.machine.precision,
                "device": self.machine.device.type,
                "torch": str(torch.__version__),
                "ocrprep": ocrprep.__version__,
                "python": platform.python_version(),
            },
        )

    def _take_up(self, state: Checkpoint) -> None:
        """Go on from a checkpoint.

        Raises:
            TrainingError: it is of another recipe.
        """
        mine, its = self.config.model_dump(), state.config.model_dump()
        # How the work is shared out changes no weight; the number of threads may change the last digit.
        free = {"workers", "threads", "log_every", "checkpoint_every"}
        other = sorted(name for name in mine if name not in free and mine[name] != its[name])
        if other:
            name = other[0]
            raise TrainingError(
                f"the checkpoint in {self.folder} was trained with {name}={its[name]}, not {mine[name]}",
                hint="resume with the same recipe, or name another folder",
            )
        self.network.load_state_dict(state.network)
        self.average.load_state_dict(state.average)
        self.optimizer.load_state_dict(state.optimizer)
        if state.scaler:
            self.scaler.load_state_dict(state.scaler)
        if state.random is not None:
            torch.set_rng_state(state.random)
        self.step, self.best, self.waited = state.step, state.best, state.waited


class _Tally:
    """Means over the steps since the last line."""

    def __init__(self, config: TrainingConfig) -> None:
        self._pixels = config.batch * config.crop**2 / 1e6
        self._clear()

    def _clear(self) -> None:
        self._sums = torch.zeros(len(_PARTS))
        self._steps, self._waited, self._since = 0, 0.0, time.perf_counter()

    def wait(self, seconds: float) -> None:
        """So long the training waited for crops."""
        self._waited += seconds

    def add(self, found: Losses) -> None:
        """A step was made."""
        self._sums += torch.stack([getattr(found, name).detach().cpu() for name in _PARTS])
        self._steps += 1

    def line(self, step: int, rate: float) -> Line:
        """The steps since the last line; a new one begins."""
        seconds = max(time.perf_counter() - self._since, 1e-9)
        means = (self._sums / self._steps).tolist()
        speed, waited = self._pixels * self._steps / seconds, self._waited / seconds
        named = dict(zip(("loss", *_PARTS[1:]), means, strict=True))
        line = Line(step, rate, **named, megapixels=speed, waited=waited)
        self._clear()
        return line


def _groups(network: nn.Module, decay: float) -> list[dict[str, object]]:
    """Only matrices decay: a bias or a scale that shrinks has nothing to do with a simpler network."""
    matrices = [item for item in network.parameters() if item.ndim > 1]
    others = [item for item in network.parameters() if item.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _shape(config: TrainingConfig) -> tuple[int, int]:
    return config.page_size, config.page_size


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
