"""The log of a training: a CSV file, and TensorBoard's where it is installed."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ocrprep.errors import InputError, OutputError
from ocrprep.outputs.files import write_whole

FILE = "log.csv"


@dataclass(frozen=True, slots=True)
class Line:
    """Some steps summed up.

    Args:
        step: steps that were made.
        learning_rate: of the last one.
        loss: mean over these steps, likewise its parts.
        bce: binary cross-entropy.
        dice: soft Dice loss.
        focal: focal loss.
        coverage: loss of the soft output.
        megapixels: trained in a second, in millions of pixels.
        waited: share of the time that the training waited for crops, 0–1.
        f_measure: on the validation pages, where they were measured at this step.
        iou: likewise.
        validation_loss: likewise.
    """

    step: int
    learning_rate: float
    loss: float
    bce: float
    dice: float
    focal: float
    coverage: float
    megapixels: float
    waited: float
    f_measure: float | None = None
    iou: float | None = None
    validation_loss: float | None = None


_NAMES = [item.name for item in fields(Line)]


class Log:
    """Lines as they come.

    Args:
        folder: where ``log.csv`` lies.
        first: what was logged after this step is forgotten, because the training goes on from there.
        tensorboard: also write TensorBoard's files into ``folder``, if its package is installed.
    """

    def __init__(self, folder: Path, first: int = 0, *, tensorboard: bool = True) -> None:
        self._file = folder / FILE
        kept = [line for line in read_log(self._file) if line.step <= first] if first and self._file.exists() else []
        write_whole(self._file, (",".join(_NAMES) + "\n" + "".join(map(_row, kept))).encode())
        self._board = _board(folder, first) if tensorboard else None

    def write(self, line: Line) -> None:
        """Add a line.

        Raises:
            OutputError: the file cannot be written.
        """
        try:
            with self._file.open("a", encoding="utf-8", newline="") as stream:
                stream.write(_row(line))
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror or error}", path=str(self._file)) from error
        if self._board is not None:
            for name in _NAMES[1:]:
                value = getattr(line, name)
                if value is not None:
                    self._board.add_scalar(name, value, line.step)

    def close(self) -> None:
        """Let go of TensorBoard's files."""
        if self._board is not None:
            self._board.close()


def read_log(file: Path) -> list[Line]:
    """The lines of a log; one that a kill cut short is left out.

    Raises:
        InputError: no such file, or not a log of a training.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the log cannot be read: {error}", source=str(file)) from error
    lines = [_line(row) for row in rows]
    if lines and lines[-1] is None:
        lines.pop()
    if None in lines or not rows:
        raise InputError(
            f"row {lines.index(None) + 2} is not one of a training's log" if rows else "the log is empty",
            source=str(file),
            hint=f"its columns are {', '.join(_NAMES)}",
        )
    return [line for line in lines if line is not None]


def _line(row: dict[str, str]) -> Line | None:
    """A row; None if it is not a whole one."""
    try:
        values: dict[str, Any] = {name: float(row[name]) for name in _NAMES[1:-3]}
        values |= {name: float(row[name]) if row[name] else None for name in _NAMES[-3:]}
        return Line(step=int(row["step"]), **values)
    except (KeyError, TypeError, ValueError):
        return None


def _row(line: Line) -> str:
    values = (getattr(line, name) for name in _NAMES[1:])
    return ",".join([str(line.step), *("" if value is None else f"{value:.6g}" for value in values)]) + "\n"


def _board(folder: Path, first: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - a package of its own
    except ImportError:
        return None
    return SummaryWriter(str(folder), purge_step=first or None)
