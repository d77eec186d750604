"""The whole way as a user goes it: train on made pages, export, and beat a classical method on pages never seen."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from ocrprep.cli.app import app
from ocrprep.evaluation import mask_scores
from ocrprep.learning.data import MadePages
from ocrprep.learning.training.log import read_log
from ocrprep.learning.training.validation import validation_pages
from ocrprep.models import find_model
from ocrprep.models.inference import learned


def f_measures(pages, binarize):
    return np.array([mask_scores(binarize(page.image), page.mask).f_measure for page in pages])


def otsu(gray):
    return np.asarray(cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1])


@pytest.mark.slow
def test_the_preset_smoke_trains_exports_and_beats_otsu(tmp_path):
    started = time.process_time()
    done = CliRunner().invoke(app, ["learn", "train", "--preset", "smoke", "-o", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    # On processor time: the cores may be busy with other tests.
    assert time.process_time() - started < 180
    assert read_log(tmp_path / "run" / "log.csv")[-1].step == 240
    model = find_model(tmp_path / "run" / "model.onnx")
    hold_out = validation_pages(MadePages(seed=99, count=16, shape=(384, 384)))
    mine = f_measures(hold_out, lambda gray: learned(gray, model)[0])
    its = f_measures(hold_out, otsu)
    assert mine.mean() > its.mean() + 5
    assert np.median(mine) > np.median(its)
