"""Ray itself: loaded on first use, started or joined, and how its CPUs are divided."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ocrprep.errors import ConfigError
from ocrprep.threads import cores

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_CPUS = 0.8
"""CPUs that Ray sets aside for one process that works on pages. It takes a whole one; the rest is left for those that
read files, which mostly wait. With 1, as many processes as CPUs would leave none, and wait for files for ever."""

FILE_CPUS = 0.2
"""CPUs that Ray sets aside for a task that lists, reads or writes files."""


def ray_data() -> Any:
    """The module ``ray.data``.

    Raises:
        ConfigError: Ray is not installed.
    """
    try:
        import ray.data  # noqa: PLC0415 - heavy, and an extra
    except ImportError as error:
        raise ConfigError(
            "work on a cluster needs Ray, which is not installed", hint='pip install "ocrprep[ray]"'
        ) from error
    return ray.data


@contextmanager
def connected(address: str | None = None, *, cpus: int | None = None, quiet: bool = False) -> Iterator[None]:
    """Join a cluster, or start one on this machine, and leave or stop it in the end.

    A connection that is there already is used, and left as it is. A cluster that is started listens on this machine's
    loopback address only, unless the process had loaded Ray before.

    Args:
        address: ``ray://head:10001`` or ``head:6379``; ``auto`` for the cluster that this machine belongs to; None or
            ``local`` for one of this machine alone.
        cpus: of a cluster on this machine; None takes all cores that this process may use.
        quiet: without Ray's bars and remarks, for a log or a pipe; warnings stay.

    Raises:
        ConfigError: Ray is not installed, or there is no cluster at the address.
    """
    alone = address in {None, "local"}
    if alone:
        # Ray knows no argument for it, and looks once, when it is imported: a cluster of this machine alone listens on
        # the loopback address, where nobody else in the network can join it.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    ray = _ray()
    if ray.is_initialized():
        yield
        return
    told = {"log_to_driver": False, "logging_level": logging.WARNING if quiet else logging.INFO}
    if quiet:
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.WARNING)
    try:
        if alone:
            ray.init(address="local", num_cpus=cpus or cores(), include_dashboard=False, **told)
        else:
            ray.init(address=address, **told)
    except (ConnectionError, ValueError, RuntimeError) as error:
        hint = "start one with: ray start --head; or leave out the address"
        raise ConfigError(f"no Ray cluster at {address}: {error}", hint=hint) from error
    try:
        yield
    finally:
        ray.shutdown()


def joined() -> int:
    """Make sure that there is a cluster, as Ray itself would: ``RAY_ADDRESS``, this machine's, or a new one.

    Returns:
        Its CPUs; at least 1.
    """
    ray = _ray()
    if not ray.is_initialized():
        ray.init(log_to_driver=False)
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _ray() -> Any:
    ray_data()
    import ray  # noqa: PLC0415 - heavy, and an extra

    return ray
