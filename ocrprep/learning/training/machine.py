"""Where a training runs and how many digits it counts with."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import nn

from ocrprep.errors import TrainingError
from ocrprep.learning.training.config import Device, Precision

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True)
class Machine:
    """The device and the precision of a training, both chosen.

    Args:
        device: ``cpu`` or ``cuda``.
        precision: ``fp32``, ``bf16`` or ``fp16``.
    """

    device: torch.device
    precision: Precision

    @classmethod
    def chosen(cls, device: Device, precision: Precision) -> Machine:
        """What ``auto`` means here.

        Raises:
            TrainingError: a GPU is asked for and there is none, or half precision on a CPU, which has no fast one.
        """
        gpu = torch.cuda.is_available()
        if device == "cuda" and not gpu:
            raise TrainingError("there is no GPU that torch can use", hint="device=auto takes the CPU then")
        on_gpu = gpu and device != "cpu"
        if precision == "fp16" and not on_gpu:
            raise TrainingError("fp16 needs a GPU", hint="precision=bf16 or fp32 work everywhere")
        if precision == "auto":
            fast = torch.cuda.is_bf16_supported() if on_gpu else _cpu_multiplies_bf16()
            precision = "bf16" if fast else "fp16" if on_gpu else "fp32"
        return cls(torch.device("cuda" if on_gpu else "cpu"), precision)

    def autocast(self) -> AbstractContextManager[object]:
        """Inside it, torch multiplies in the precision."""
        dtype = _DTYPES.get(self.precision)
        return torch.autocast(self.device.type, dtype) if dtype is not None else nullcontext()

    def placed(self, network: nn.Module) -> nn.Module:
        """The network on the device, its maps in the order that convolutions are fastest in."""
        # The annotation of to() forgets the order.
        placed: nn.Module = network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return placed

    def tensor(self, array: object) -> torch.Tensor:
        """An array on the device."""
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def _cpu_multiplies_bf16() -> bool:
    # torch tells under private names only; without them fp32 is right everywhere.
    asked = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(bool(ask()) for ask in asked if ask is not None)
