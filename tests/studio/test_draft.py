from __future__ import annotations

import pytest

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.studio.draft import Draft

P = PreprocessingFilter
THREE = (P.deskew(), P.median(), P.threshold(120))


def kinds(draft):
    return [step.filter.kind for step in draft.steps]


def test_a_draft_gives_back_its_chain():
    assert Draft.of(THREE).chain == FilterChain(THREE)


def test_a_step_that_is_switched_off_stays_but_is_not_in_the_chain():
    draft = Draft.of(THREE)
    off = draft.switched(draft.steps[1].key, False)
    assert kinds(off) == ["deskew", "median", "threshold"]
    assert off.chain == FilterChain([THREE[0], THREE[2]])
    assert off.until(off.steps[1].key) == FilterChain([THREE[0]])
    assert draft.chain == FilterChain(THREE)


@pytest.mark.parametrize(
    ("place", "by", "order"),
    [
        (0, 1, ["median", "deskew", "threshold"]),
        (2, -1, ["deskew", "threshold", "median"]),
        (0, -1, ["deskew", "median", "threshold"]),
        (0, 9, ["median", "threshold", "deskew"]),
    ],
)
def test_a_step_moves_and_stops_at_the_ends(place, by, order):
    draft = Draft.of(THREE)
    moved = draft.moved(draft.steps[place].key, by)
    assert kinds(moved) == order
    assert {step.key for step in moved.steps} == {step.key for step in draft.steps}


def test_a_step_is_added_after_another_and_removed():
    draft = Draft.of(THREE)
    longer, key = draft.added(P.invert(), draft.steps[0].key)
    assert kinds(longer) == ["deskew", "invert", "median", "threshold"]
    assert longer.removed(key) == draft
    assert kinds(draft.added(P.invert())[0])[-1] == "invert"


def test_a_copy_has_steps_of_its_own():
    draft = Draft.of(THREE)
    copy = draft.copied()
    assert copy.chain == draft.chain
    assert not {step.key for step in copy.steps} & {step.key for step in draft.steps}


def test_a_step_that_is_not_there():
    draft = Draft.of(THREE)
    for call in (draft.place, draft.step, draft.removed, draft.until, lambda key: draft.moved(key, 1)):
        with pytest.raises(KeyError):
            call(-1)
    assert draft.until(None) == FilterChain()
