"""What the commands share: their common options, one line for an error, and the chain that the options describe."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocrprep.chain import FilterChain

USAGE_ERROR = 2
INTERRUPTED = 130
STDIN = "-"

FILTER_PANEL = "Filters"

ChainFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--chain",
        "-c",
        metavar="FILE",
        help="A chain from a file: .yaml, .json, .py or .flags. With --filter as well, the chain comes first.",
        rich_help_panel=FILTER_PANEL,
    ),
]
FilterFlags: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        "-f",
        metavar="KIND[=VALUE]",
        help="A filter, such as binarize, threshold=150 or sauvola:k=0.3; repeat it for more, applied in this order. "
        "`ocrprep filters` lists them.",
        rich_help_panel=FILTER_PANEL,
    ),
]
Debug: TypeAlias = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


@contextlib.contextmanager
def reporting(debug: bool) -> Iterator[None]:
    """Turn an error into one line on stderr and the exit code that belongs to it."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise
    except KeyboardInterrupt:
        _leave()
    except Exception as error:  # noqa: BLE001 - the last line of defence between a fault and its reader
        if debug:
            import traceback

            traceback.print_exc()
        lines, code = _told(error)
        for line in lines:
            say(f"error: {line}")
        raise typer.Exit(code) from None


def _leave() -> NoReturn:
    """End at once: a thread that is in the middle of a page would hold up, or crash, an orderly end."""
    import atexit

    with contextlib.suppress(OSError):
        say("interrupted")
        sys.stdout.flush()
    # Temporary files are removed here.
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public name for it
    os._exit(INTERRUPTED)


def _told(error: Exception) -> tuple[list[str], int]:
    from pydantic import ValidationError

    from ocrprep.errors import OcrPrepError, OutputError

    if isinstance(error, OSError) and error.filename is None:
        # Files are somebody else's; what is left is stdout, such as a redirection to a full disk.
        return [f"the output cannot be written: {error.strerror or error}"], OutputError.exit_code
    if isinstance(error, OcrPrepError):
        return [str(error)], error.exit_code
    if isinstance(error, ValidationError):
        places = ((".".join(map(str, item["loc"])), item["msg"]) for item in error.errors(include_url=False))
        return [f"{place}: {text}" if place else text for place, text in places], USAGE_ERROR
    return [f"{type(error).__name__}: {error} (a fault of ocrprep; --debug shows where)"], OcrPrepError.exit_code


def refuse_beside(option: str, given: Mapping[str, bool]) -> None:
    """End with a usage error where another option has no effect beside one.

    Args:
        option: such as ``--archive``.
        given: the others by their names, and whether they were given.
    """
    for name, used in given.items():
        if used:
            raise typer.BadParameter(f"has no effect with {option}; leave it out", param_hint=name)


def say(line: str) -> None:
    """One line on stderr, where everything goes that is not the result."""
    typer.echo(line, err=True)


def chain_from(file: Path | None, flags: Sequence[str] | None) -> FilterChain:
    """The chain of ``--chain``, followed by the filters of ``--filter``.

    Raises:
        ConfigError: the file or a flag cannot be understood.
    """
    from ocrprep.chain import FilterChain

    chain = FilterChain() if file is None else read_chain(file)
    return chain + FilterChain.from_flags(flags or ())


NOTATIONS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".py": "python", ".flags": "flags"}


def read_chain(file: Path, notation: str | None = None) -> FilterChain:
    """The chain in a file; ``-`` is stdin.

    Args:
        file: the notation is that of its suffix; YAML, of which JSON is a part, for any other.
        notation: ``yaml``, ``json``, ``python`` or ``flags``; None goes by the suffix.

    Raises:
        ConfigError: no such file, or not a chain.
    """
    from ocrprep.chain import FilterChain
    from ocrprep.errors import ConfigError

    try:
        text = sys.stdin.read() if str(file) == STDIN else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(f"the chain file {file} cannot be read: {reason}") from error
    name = "stdin" if str(file) == STDIN else str(file)
    notation = notation or NOTATIONS.get(file.suffix.lower(), "yaml")
    if notation == "flags":
        try:
            return FilterChain.from_flags(shlex.split(text, comments=True))
        except ValueError as error:
            raise ConfigError(f"{name}: {error}") from error
    readers = {"yaml": FilterChain.from_yaml, "json": FilterChain.from_json, "python": FilterChain.from_python}
    return readers[notation](text, name=name)


def write_chain(chain: FilterChain, notation: str, *, full: bool = False) -> str:
    """The chain as text in a notation, ended by a line feed."""
    if notation == "yaml":
        text = chain.to_yaml(full=full)
    elif notation == "json":
        text = chain.to_json(full=full)
    elif notation == "python":
        text = chain.to_python()
    else:
        text = shlex.join(chain.to_flags())
    return text if text.endswith("\n") else text + "\n"
