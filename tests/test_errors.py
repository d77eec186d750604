"""The tree of errors: everyone in it, what it carries, what it says, and that it survives a worker process."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from ocrprep import errors
from ocrprep.errors import (
    ConfigError,
    DecodeError,
    FilterContractError,
    FilterError,
    InputError,
    OcrPrepError,
    OutputError,
)

TREE = [item for item in vars(errors).values() if inspect.isclass(item) and issubclass(item, OcrPrepError)]


def full(cls: type[OcrPrepError]) -> OcrPrepError:
    """An error with every keyword of its own."""
    values = {
        "hint": "do this next",
        "source": "a.pdf",
        "page_index": 2,
        "locations": ("filters[0]",),
        "kind": "threshold",
        "step": 1,
        "path": "out/a.png",
    }
    names = inspect.signature(cls).parameters
    return cls("it went wrong", **{name: value for name, value in values.items() if name in names})


def test_the_drawing_is_the_tree():
    drawn = re.findall(r"\b([A-Z]\w+Error|OcrPrepError)\b", errors.__doc__.split("A message says")[0])
    assert sorted(drawn) == sorted(cls.__name__ for cls in TREE)
    depth = {
        name: (len(line) - len(line.lstrip(" │├└"))) // 2
        for line in errors.__doc__.splitlines()
        for name in drawn
        if name in line
    }
    for cls in TREE:
        if cls is not OcrPrepError:
            assert depth[cls.__name__] == depth[cls.__bases__[0].__name__] + 1, cls


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_everything(cls, protocol):
    error = full(cls)
    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is cls
        assert vars(again) == vars(error)
        assert again.args == error.args
        assert str(again) == str(error)


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
def test_each_says_what_and_what_next(cls):
    text = str(full(cls))
    assert "it went wrong (do this next)" in text
    assert str(cls("bare")) == "bare"
    assert cls("bare").message == "bare"
    assert cls.__doc__


def test_exit_codes_tell_the_branches_apart():
    branches = [cls for cls in TREE if cls.__bases__[0] is OcrPrepError]
    codes = [cls.exit_code for cls in (OcrPrepError, *branches)]
    assert len(set(codes)) == len(codes)
    # 0 is success, and 2 is what a shell and the command line use for a wrong call.
    assert not {0, 2} & set(codes)
    assert all(1 <= code < 126 for code in codes)
    for cls in TREE:
        for branch in branches:
            if issubclass(cls, branch):
                assert cls.exit_code == branch.exit_code


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (InputError("is empty"), "is empty"),
        (InputError("is empty", source="a.png"), "a.png: is empty"),
        (
            DecodeError("is cut off", source="a.pdf", page_index=2, hint="scan it again"),
            "a.pdf, page 3: is cut off (scan it again)",
        ),
        (ConfigError("no filters", locations=("filters",)), "no filters"),
        (FilterError("too small"), "too small"),
        (FilterError("too small", kind="deskew"), "deskew: too small"),
        (FilterError("too small", kind="deskew", step=0, source="a.png"), "a.png: step 1 (deskew): too small"),
        (FilterContractError("no page", kind="deskew", hint="a bug"), "deskew: no page (a bug)"),
        (OutputError("exists", path="out/a.png", hint="choose overwrite"), "out/a.png: exists (choose overwrite)"),
    ],
)
def test_where_comes_first_and_the_next_move_last(error, text):
    assert str(error) == text


def test_one_clause_catches_all():
    for cls in TREE:
        with pytest.raises(OcrPrepError):
            raise full(cls)
