"""The training loop: what it leaves, that it goes on where it stopped, and what ends it."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from ocrprep.errors import ModelError, ModelNotFoundError, OutputError, TrainingError
from ocrprep.learning.data import write_folder
from ocrprep.learning.training import PRESETS, LossWeights, TrainingConfig, changed
from ocrprep.learning.training import loop as looped
from ocrprep.learning.training.log import read_log
from ocrprep.learning.training.loop import BEST, LAST, learning_rate, train
from ocrprep.learning.training.machine import Machine
from ocrprep.learning.training.state import read_checkpoint
from tests.learning.toys import Deadly, Poisoned, Toys

TINY = TrainingConfig(
    architecture="unet-nano",
    steps=12,
    batch=2,
    crop=32,
    warmup=2,
    ema=0.5,
    workers=0,
    validate_every=6,
    checkpoint_every=3,
    log_every=2,
)


class StopError(Exception):
    """Somebody pulls the plug."""


def run(folder, config=TINY, **more):
    return train(config, folder, training=Toys(), validation=Toys(2, seed=9), **more)


def weights(file):
    state = read_checkpoint(file)
    return {**state.network, **{f"average of {name}": value for name, value in state.average.items()}}


def assert_equal(first, second):
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


def stopped_at(step):
    def stop(line):
        if line.step >= step:
            raise StopError

    return stop


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return run(folder)


def test_what_a_training_leaves(whole):
    assert whole.steps == 12
    assert {file.name for file in whole.folder.iterdir()} == {"last.pt", "best.pt", "log.csv"}
    state = read_checkpoint(whole.last)
    assert (state.step, state.config) == (12, TINY)
    assert state.told["device"] == "cpu"
    lines = read_log(whole.folder / "log.csv")
    assert [line.step for line in lines] == [2, 4, 6, 8, 10, 12]
    assert [line.step for line in lines if line.f_measure is not None] == [6, 12]
    best = max((line for line in lines if line.f_measure is not None), key=lambda line: line.f_measure)
    assert best.f_measure == pytest.approx(whole.measured.f_measure, rel=1e-4)
    assert read_checkpoint(whole.best).step == whole.measured.step == best.step
    assert lines[-1].loss < lines[0].loss
    assert all(line.megapixels > 0 and 0 <= line.waited <= 1 for line in lines)


def test_the_same_recipe_gives_the_same_weights_whoever_makes_the_crops(whole, tmp_path):
    assert_equal(weights(run(tmp_path, changed(TINY, {"workers": 2})).last), weights(whole.last))


def test_another_seed_gives_other_weights(whole, tmp_path):
    other = weights(run(tmp_path, changed(TINY, {"seed": 1})).last)
    assert not torch.equal(other["first.weight"], weights(whole.last)["first.weight"])


@pytest.mark.parametrize("step", [4, 8])
def test_a_training_that_was_stopped_ends_as_if_it_had_not_been(whole, tmp_path, step):
    with pytest.raises(StopError):
        run(tmp_path, progress=stopped_at(step))
    assert read_checkpoint(tmp_path / LAST).step < 12
    again = run(tmp_path, resume=True)
    assert_equal(weights(again.last), weights(whole.last))
    assert_equal(weights(again.best), weights(whole.best))
    steps = [line.step for line in read_log(tmp_path / "log.csv")]
    assert steps == sorted(set(steps))
    assert steps[-1] == 12


def test_an_ended_training_stays_ended(whole):
    before = weights(whole.last)
    again = run(whole.folder, resume=True)
    assert (again.steps, again.measured.step) == (whole.steps, whole.measured.step)
    assert_equal(weights(again.last), before)


def test_a_folder_with_a_training_is_not_overwritten(whole, tmp_path):
    with pytest.raises(TrainingError, match="holds a training already"):
        run(whole.folder)
    with pytest.raises(TrainingError, match="trained with steps=12, not 13"):
        run(whole.folder, changed(TINY, {"steps": 13}), resume=True)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        run(tmp_path / "file" / "folder")


def test_a_loss_that_is_no_number_names_its_step(tmp_path, monkeypatch):
    real = looped.losses

    def poisoned(logits, *rest):
        return real(logits * math.nan if len(calls) == 4 else logits, *rest)

    calls = []
    monkeypatch.setattr(looped, "losses", lambda *given: (calls.append(1), poisoned(*given))[1])
    with pytest.raises(TrainingError, match=r"step 3: the loss is nan \(a lower learning_rate") as caught:
        run(tmp_path)
    assert caught.value.step == 3
    assert read_checkpoint(tmp_path / LAST).step == 3


@pytest.mark.parametrize("workers", [0, 1])
def test_a_page_that_cannot_be_read_ends_the_training(tmp_path, workers):
    config = changed(TINY, {"workers": workers})
    with pytest.raises(OSError, match="is gone"):
        train(config, tmp_path, training=Poisoned(), validation=Toys(1))


def test_a_worker_that_dies_once_changes_nothing(whole, tmp_path):
    done = train(
        changed(TINY, {"workers": 1}), tmp_path, training=Deadly(once=tmp_path / "died"), validation=Toys(2, 9)
    )
    assert (tmp_path / "died").exists()
    assert_equal(weights(done.last), weights(whole.last))


def test_workers_that_keep_dying_end_the_training(tmp_path):
    with pytest.raises(TrainingError, match="step 0: the process that makes crops died: it was ended by SIGKILL"):
        train(changed(TINY, {"workers": 1}), tmp_path, training=Deadly(), validation=Toys(1))


def test_patience_ends_a_training(tmp_path):
    config = changed(TINY, {"steps": 100, "validate_every": 1, "patience": 2, "learning_rate": 1e-12, "ema": 0.0})
    done = run(tmp_path, config)
    assert done.steps < 100
    assert done.steps - done.measured.step == 2
    assert run(tmp_path, config, resume=True).steps == done.steps


def test_validation_needs_ink(tmp_path):
    class Blank(Toys):
        def example(self, index):
            page = super().example(index)
            return type(page)(page.image, np.full_like(page.mask, 255), None)

    with pytest.raises(TrainingError, match="no validation page holds ink"):
        train(TINY, tmp_path, training=Toys(), validation=Blank())


@pytest.mark.parametrize("architecture", ["lstm2", "lstm2-large"])
def test_pages_without_a_clean_picture_and_other_networks(tmp_path, architecture):
    config = changed(TINY, {"architecture": architecture, "steps": 2, "precision": "fp32", "validate_every": 2})
    done = train(config, tmp_path, training=Toys(clean=False), validation=Toys(1, side=70, clean=False))
    assert math.isfinite(done.measured.loss)
    assert read_log(tmp_path / "log.csv")[-1].coverage == 0


def test_the_learning_rate_rises_and_follows_half_a_cosine():
    config = TrainingConfig(steps=1000, warmup=100, learning_rate=1.0, last_rate=0.01)
    rates = [learning_rate(config, step) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert rates[99] == max(rates) == 1.0
    assert rates[550] == pytest.approx(0.505)
    assert rates[-1] == pytest.approx(0.01, rel=0.01)
    assert all(later <= rate for rate, later in itertools.pairwise(rates[99:]))


def test_recipes():
    assert changed(TINY, {"losses.dice": 3, "steps": 5}).losses == LossWeights(dice=3.0)
    for wrong in ({"step": 5}, {"losses.dise": 1}, {"crop": 100}, {"architecture": "vnet"}):
        with pytest.raises(ValidationError):
            changed(TINY, wrong)
    with pytest.raises(ValidationError, match="above 0"):
        LossWeights(bce=0.0, dice=0.0)
    for recipe in PRESETS.values():
        assert TrainingConfig.model_validate_json(recipe.model_dump_json()) == recipe
        assert recipe.warmup < recipe.steps


def test_what_a_machine_cannot_do_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainingError, match="no GPU"):
        Machine.chosen("cuda", "auto")
    with pytest.raises(TrainingError, match="fp16 needs a GPU"):
        Machine.chosen("auto", "fp16")
    assert Machine.chosen("auto", "auto").precision in {"fp32", "bf16"}


def test_files_that_are_no_checkpoints(tmp_path):
    with pytest.raises(ModelNotFoundError, match="no checkpoint"):
        read_checkpoint(tmp_path / "none.pt")
    for content in (b"", b"not one", b"PK\x03\x04 half a zip"):
        (tmp_path / "bad.pt").write_bytes(content)
        with pytest.raises(ModelError, match="is not a checkpoint of ocrprep, or is damaged"):
            read_checkpoint(tmp_path / "bad.pt")
    torch.save({"format": 1, "config": '{"stairs": 3}'}, tmp_path / "bad.pt")
    with pytest.raises(ModelError, match="not one of this version"):
        read_checkpoint(tmp_path / "bad.pt")


def test_a_checkpoint_is_data_and_never_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.system, (f"touch {tmp_path / 'owned'}",))

    torch.save({"format": 1, "config": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ModelError, match="is not a checkpoint"):
        read_checkpoint(tmp_path / "evil.pt")
    assert not (tmp_path / "owned").exists()


@pytest.mark.slow
def test_a_killed_training_resumes_to_the_same_weights(tmp_path):
    """As a user would: the command, SIGKILL in the middle of it, and the command again with ``--resume``."""
    write_folder(tmp_path / "pages", Toys(12))
    settings = {"batch": 2, "crop": 32, "warmup": 2, "steps": 60}
    settings |= {"checkpoint_every": 5, "validate_every": 20, "log_every": 1}
    flags = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]

    def command(folder, *more):
        data = ["--data", str(tmp_path / "pages"), "-o", str(tmp_path / folder), "--no-export"]
        return [sys.executable, "-m", "ocrprep", "learn", "train", "--preset", "smoke", *data, *flags, *more]

    subprocess.run(command("whole"), check=True, capture_output=True, timeout=120)
    victim = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    log = tmp_path / "killed" / "log.csv"
    deadline = time.monotonic() + 100
    while not (log.exists() and log.read_text().count("\n") > 13):
        assert victim.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    victim.kill()
    victim.wait()
    assert 5 <= read_checkpoint(tmp_path / "killed" / LAST).step < 60
    subprocess.run(command("killed", "--resume"), check=True, capture_output=True, timeout=120)
    for name in (LAST, BEST):
        assert_equal(weights(tmp_path / "killed" / name), weights(tmp_path / "whole" / name))
