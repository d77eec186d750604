"""A chain on a stream of frames: order, how far it reads ahead, failures with their numbers, the end."""

import itertools
import threading
import time
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from ocrprep import FilterChain, OcrInput, Page, PreprocessingFilter
from ocrprep.errors import FilterError, InputError
from ocrprep.page import PixelMode, Source
from ocrprep.result import PageFailure
from tests.pages import text_gray

INVERT = FilterChain([PreprocessingFilter.invert()])
CUT = FilterChain([PreprocessingFilter.crop((0, 0, 20, 10)), PreprocessingFilter.invert()])


def frame(number, height=12, width=24):
    return np.full((height, width), number % 256, np.uint8)


class Camera:
    """Frames without an end that remember how many were taken, and whether somebody closed them."""

    def __init__(self, small=None):
        self.taken, self.closed, self.small = 0, False, small

    def frames(self):
        try:
            for number in itertools.count():
                self.taken += 1
                yield frame(number, 4 if number == self.small else 12)
        finally:
            self.closed = True


@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_results_come_in_the_order_of_the_frames(workers):
    results = list(INVERT.stream((frame(number) for number in range(40)), workers=workers))
    assert [int(item[0, 0]) for item in results] == [255 - number for number in range(40)]


def test_uneven_frames_stay_in_order():
    sizes = [(7 * number) % 5 * 300 + 20 for number in range(25)]
    chain = FilterChain([PreprocessingFilter.median()])
    results = chain.stream((frame(number, size, size) for number, size in enumerate(sizes)), workers=4)
    assert [(int(item[0, 0]), len(item)) for item in results] == list(enumerate(sizes))


@pytest.mark.parametrize(("workers", "ahead", "most"), [(1, None, 1), (2, None, 4), (3, 3, 3), (4, 1, 1)])
def test_only_a_few_frames_are_taken_ahead(workers, ahead, most):
    camera = Camera()
    with closing(INVERT.stream(camera.frames(), workers=workers, ahead=ahead)) as results:
        assert camera.taken == 0
        for given in range(1, 30):
            next(results)
            assert given <= camera.taken <= given - 1 + most
            time.sleep(0.001)
    assert camera.closed


def test_a_result_that_is_there_does_not_wait_for_a_slow_camera():
    shown = threading.Event()

    def camera():
        yield frame(0)
        yield from (frame(number) for number in (1, 2) if time.sleep(0.2) is None)
        # More than one frame late: the first result was not given while the next frames were waited for.
        assert shown.is_set()
        yield frame(3)

    results = INVERT.stream(camera(), workers=2, ahead=50)
    next(results)
    shown.set()
    assert len(list(results)) == 3


@pytest.mark.parametrize("workers", [1, 3])
def test_a_consumer_that_stops_early_ends_threads_and_camera(workers):
    camera = Camera()
    before = threading.active_count()
    for number, _ in enumerate(INVERT.stream(camera.frames(), workers=workers)):
        if number == 5:
            break
    assert camera.closed
    assert camera.taken <= 6 + 2 * workers
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_the_frame_that_failed_is_told(workers):
    camera = Camera(small=7)
    results = CUT.stream(camera.frames(), workers=workers)
    assert [int(next(results)[0, 0]) for _ in range(7)] == [255 - number for number in range(7)]
    with pytest.raises(FilterError, match=r"^frame 7: step 1 \(crop\): the area") as caught:
        next(results)
    assert (caught.value.source, caught.value.step) == ("frame 7", 0)
    assert camera.closed


@pytest.mark.parametrize("workers", [1, 3])
def test_a_frame_that_failed_is_collected_in_its_place(workers):
    with closing(CUT.stream(Camera(small=7).frames(), workers=workers, on_error="collect")) as results:
        items = list(itertools.islice(results, 12))
    assert [isinstance(item, PageFailure) for item in items] == [number == 7 for number in range(12)]
    assert str(items[7].source) == "frame 7"
    assert items[7].message.startswith("frame 7: ")


def test_what_is_no_picture_is_an_input_error_with_its_number():
    with pytest.raises(InputError, match=r"^frame 1: "):
        list(INVERT.stream([frame(0), None]))
    with pytest.raises(InputError, match=r"^frame 0: an array of float64"):
        list(INVERT.stream([np.zeros((3, 3))]))


@pytest.mark.parametrize("on_error", ["raise", "collect"])
@pytest.mark.parametrize("error", [ConnectionError("the camera is gone"), InputError("no more")])
def test_a_camera_that_fails_ends_the_stream_after_the_frames_before(on_error, error):
    def camera():
        yield from (frame(number) for number in range(5))
        raise error

    results = INVERT.stream(camera(), workers=2, on_error=on_error)
    assert [int(next(results)[0, 0]) for _ in range(5)] == [255, 254, 253, 252, 251]
    with pytest.raises(type(error), match=str(error)):
        next(results)


def test_an_array_for_an_array_a_page_for_a_page_a_picture_for_a_picture():
    page = Page(text_gray(), PixelMode.GRAY, dpi=(100.0, 100.0), source=Source("clip.mp4", 3, 9))
    given = [text_gray(), page, Image.fromarray(text_gray())]
    array, changed, picture = CUT.stream(given)
    assert array.shape == (10, 20)
    assert np.array_equal(array, CUT(given[0]))
    assert (changed.source, [step.kind for step in changed.steps]) == (page.source, ["crop", "invert"])
    assert changed.dpi == (100.0, 100.0)
    assert picture.size == (20, 10)
    [failure] = CUT.stream([Page(frame(1, 4), PixelMode.GRAY, source=page.source)], on_error="collect")
    assert failure.source == page.source
    assert failure.message.startswith("frame 0, clip.mp4, page 4: ")


def test_the_pages_of_a_batch_are_a_stream_too(tmp_path):
    for number in range(3):
        Image.fromarray(frame(number)).save(tmp_path / f"{number}.png")
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with OcrInput(on_error="collect").add(tmp_path) as batch:
        first, second, third = INVERT.stream(batch, on_error="collect")
    assert (first.source.stem, third.source.stem) == ("0", "2")
    assert isinstance(second, PageFailure)


def test_a_stack_of_frames_is_a_stream_but_a_picture_is_none():
    stack = np.zeros((4, 12, 24, 3), np.uint8)
    assert len(list(INVERT.stream(stack))) == 4
    for single in (stack[0], stack[0, :, :, 0], "frame.png", b"", Page(frame(0), PixelMode.GRAY)):
        with pytest.raises(TypeError, match="several frames"):
            INVERT.stream(single)


def test_wrong_numbers_and_no_frames():
    assert list(INVERT.stream([])) == []
    with pytest.raises(ValueError, match="-1"):
        next(INVERT.stream([frame(0)], workers=-1))
    for workers in (1, 2):
        with pytest.raises(ValueError, match="ahead"):
            next(INVERT.stream([frame(0)], workers=workers, ahead=0))
