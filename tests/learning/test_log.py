"""The log of a training, and its picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ocrprep.errors import InputError
from ocrprep.learning.curves import curves_svg
from ocrprep.learning.training.log import FILE, Line, Log, read_log


def line(step, **more):
    values = dict.fromkeys(("learning_rate", "loss", "bce", "dice", "focal", "coverage"), 1 / step)
    return Line(step, **values, megapixels=2.5, waited=0.25, **more)


def written(folder, *lines, first=0):
    log = Log(folder, first)
    for item in lines:
        log.write(item)
    log.close()
    return folder / FILE


def test_what_was_written_is_read(tmp_path):
    lines = [line(2), line(4, f_measure=80.5, iou=70.25, validation_loss=0.5), line(5)]
    file = written(tmp_path, *lines)
    read = read_log(file)
    assert [item.step for item in read] == [2, 4, 5]
    assert read[1] == lines[1]
    assert read[0].f_measure is None
    assert file.read_text().splitlines()[0].startswith("step,learning_rate,loss,")


def test_a_resumption_forgets_what_came_after_its_checkpoint(tmp_path):
    file = written(tmp_path, line(2), line(4), line(6))
    with file.open("a") as stream:
        stream.write("8,0.1,0.")
    assert [item.step for item in read_log(file)] == [2, 4, 6]
    written(tmp_path, line(6), line(8), first=4)
    assert [item.step for item in read_log(file)] == [2, 4, 6, 8]
    written(tmp_path, line(1))
    assert [item.step for item in read_log(file)] == [1]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n3,4\n", "step,learning_rate\n"])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=r"a\.csv"):
        read_log(tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_log(tmp_path / "none.csv")


def test_the_picture_has_a_curve_for_each_figure_that_is_not_nothing(tmp_path):
    lines = [line(step, f_measure=50 + step, iou=40 + step, validation_loss=1 / step) for step in range(1, 20)]
    picture = curves_svg(lines, "run <1>")
    root = ET.fromstring(picture)
    curves = [item for item in root if item.tag.endswith("polyline")]
    assert len(curves) == 7
    assert "run &lt;1&gt;" in picture
    assert all(
        0 <= float(number) <= 900
        for item in curves
        for point in item.get("points").split()
        for number in point.split(",")
    )
    rising = [float(point.split(",")[1]) for point in curves[-1].get("points").split()]
    assert rising == sorted(rising, reverse=True)
    with pytest.raises(ValueError, match="without lines"):
        curves_svg([])


def test_one_line_and_no_measurement_still_make_a_picture():
    ET.fromstring(curves_svg([line(3)]))
