"""Two backends, one answer; opened once, from any thread."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from ocrprep.errors import ModelError
from ocrprep.models import backends, find_model
from ocrprep.models.backends import opened
from tests.models import small

BOTH = ("onnxruntime", "opencv")


def pages(count: int = 1, height: int = 48, width: int = 64) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    return [rng.normal(0, 1, (1, 2, height, width)).astype(np.float32) for _ in range(count)]


@pytest.fixture(params=BOTH)
def backend(request):
    if request.param == "onnxruntime":
        pytest.importorskip("onnxruntime")
    return request.param


def test_they_agree(model_file):
    pytest.importorskip("onnxruntime")
    model = find_model(model_file)
    for size in ((48, 64), (2, 2), (130, 34)):
        (page,) = pages(1, *size)
        one, other = (opened(model, name).run(page) for name in BOTH)
        assert one.shape == other.shape == (1, 2, *size)
        assert one.dtype == other.dtype == np.float32
        assert np.abs(one - other).max() < 1e-3


def test_a_network_is_opened_once_for_the_same_bytes(backend, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one, other = (find_model(small.write(tmp_path / folder)) for folder in ("a", "b"))
    assert opened(one, backend) is opened(other, backend)
    assert opened(one, backend, 1) is not opened(one, backend, 2)
    assert opened(one, backend).name.startswith(backend)


def test_threads_do_not_disturb_each_other(backend, model_file):
    network = opened(find_model(model_file), backend)
    given = pages(12)
    wanted = [network.run(page) for page in given]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for page, answer in zip(wanted, pool.map(network.run, given), strict=True):
                assert np.array_equal(page, answer)


def test_an_answer_is_not_overwritten_by_the_next(backend, model_file):
    network = opened(find_model(model_file), backend)
    one, other = pages(2)
    first = network.run(one)
    kept = first.copy()
    network.run(other)
    assert np.array_equal(first, kept)


def test_the_callers_arithmetic_stays_as_it_was(backend, model_file):
    opened(find_model(model_file), backend).run(pages()[0])
    smallest = np.float32(1e-45)
    assert smallest * np.float32(1) > 0


def test_the_count_of_threads_changes_no_answer(backend, model_file):
    before = cv2.getNumThreads()
    (page,) = pages()
    answers = [opened(find_model(model_file), backend, threads).run(page) for threads in (1, 2, 3)]
    assert np.abs(np.diff(answers, axis=0)).max() < 1e-6
    assert cv2.getNumThreads() == before


def test_the_environment_chooses(backend, model_file, monkeypatch):
    model = find_model(model_file)
    monkeypatch.setenv(backends.BACKEND, backend)
    monkeypatch.setenv(backends.THREADS, "3")
    assert opened(model) is opened(model, backend, 3)


@pytest.mark.parametrize(("name", "value"), [("OCRPREP_BACKEND", "abacus"), ("OCRPREP_THREADS", "0")])
def test_a_wrong_environment_is_refused(name, value, model_file, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(ModelError, match=f"{name}: .*{value}"):
        opened(find_model(model_file))


def test_without_onnx_runtime_opencv_does_the_work(model_file, monkeypatch):
    monkeypatch.delenv(backends.BACKEND, raising=False)
    monkeypatch.setattr(backends, "has_onnxruntime", lambda: False)
    model = find_model(model_file)
    assert opened(model).name == "opencv"
    with pytest.raises(ModelError, match="pip install onnxruntime"):
        opened(model, "onnxruntime")


def test_a_file_that_is_no_network_is_told(backend, tmp_path):
    model = find_model(small.write(tmp_path, content=b"no network"))
    with pytest.raises(ModelError, match="cannot run the model 'small'") as caught:
        opened(model, backend)
    assert caught.value.hint


def _ink_in_child(file, queue):
    queue.put(opened(find_model(file)).run(pages()[0]))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_worker_opens_its_own(model_file):
    wanted = opened(find_model(model_file)).run(pages()[0])
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_ink_in_child, args=(model_file, queue))
    child.start()
    try:
        assert np.array_equal(queue.get(timeout=60), wanted)
    finally:
        child.kill()
        child.join()


def test_neither_training_nor_a_runtime_is_loaded_before_it_is_used():
    code = (
        "import sys, ocrprep, ocrprep.filters.learned_binarize; "
        "print([name for name in ('torch', 'onnx', 'onnxruntime', 'ocrprep.learning') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
