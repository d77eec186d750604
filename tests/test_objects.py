"""Objects of a page: their shapes against known truths, cut out with the way back, as a table, and from the shell."""

from __future__ import annotations

import csv
import math
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.measure import label, regionprops

from ocrprep import ConfigError, OutputError, Page, PixelMode, PreprocessingFilter, geometry
from ocrprep.analysis.moments import Moments, log_hu
from ocrprep.analysis.solid_ink import solid_ink
from ocrprep.objects import find_objects
from tests import shapes
from tests.pages import page, text_gray
from tests.test_cli import run

DISC = np.hypot(*(np.mgrid[0:60, 0:60] + 0.5 - 30.2)) > 21


def crowd(seed: int = 5) -> np.ndarray:
    """Several shapes on shaded, grainy ground, with specks; (H, W) uint8."""
    rng = np.random.default_rng(seed)
    share = np.zeros((420, 620))
    for place, name in enumerate(shapes.SHAPES):
        points = shapes.placed(name, 110, 37.0 * place + 11, (20 + 190 * (place % 3), 20 + 200 * (place // 3)))
        share = np.maximum(share, shapes.drawn(points, 620, 420))
    share[rng.integers(0, 419, 30), rng.integers(0, 619, 30)] = 0.8
    ground = 230 - np.arange(620) / 8
    return np.clip(np.rint(ground * (1 - 0.6 * share) + rng.normal(0, 3, share.shape)), 0, 255).astype(np.uint8)


# --- shapes of known truth --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [120, 200])
@pytest.mark.parametrize("noise", [0.0, 5.0])
@pytest.mark.parametrize("name", list(shapes.SHAPES))
def test_area_and_orientation_are_those_of_the_shape_at_any_angle(name, noise, size):
    rng = np.random.default_rng(3)
    # An edge along a row or nearly so is the hardest: all of it falls between two rows.
    for angle in (0, 1, 2, 30, 45, 63, 89, 90, 91, 120, 150, 179):
        points = shapes.placed(name, size, angle, tuple(rng.random(2)))
        area, centre, orientation = shapes.truth(points)
        [item] = find_objects(shapes.gray(points, noise=noise, seed=angle))
        # Four times and ten times as exact as the bar of 1 % and 1 degree.
        assert item.area == pytest.approx(area, rel=0.0025), angle
        assert shapes.apart(item.orientation, orientation) < 0.1, angle
        assert math.dist(item.centroid, centre) < 0.1, angle


@pytest.mark.parametrize(
    ("ink", "blur", "noise"), [(30, 1.0, 0.0), (120, 1.0, 5.0), (120, 0.0, 8.0), (180, 0.0, 5.0), (180, 1.0, 0.0)]
)
def test_pale_things_and_soft_edges_and_strong_grain_keep_within_the_bar(ink, blur, noise):
    points = shapes.placed("T", 120, 90, (0.4, 0.4))
    area, _, orientation = shapes.truth(points)
    sharp = shapes.gray(points, ink=ink)
    soft = cv2.GaussianBlur(sharp, (0, 0), blur) if blur else sharp
    grain = np.random.default_rng(8).normal(0, noise, soft.shape)
    [item] = find_objects(np.clip(np.rint(soft + grain), 0, 255).astype(np.uint8))
    assert item.area == pytest.approx(area, rel=0.01)
    assert shapes.apart(item.orientation, orientation) < 1.0


def test_a_rim_is_weighed_by_how_much_of_it_is_covered():
    share = np.zeros((30, 40))
    share[10:20, 10:30] = 1.0
    share[9, 10:30], share[20, 10:30] = 0.25, 0.75
    [item] = find_objects(np.rint(220 - 160 * share).astype(np.uint8))
    assert item.area == pytest.approx(20 * 11, abs=0.1)
    assert item.mask_area == 20 * 11
    assert tuple(item.box) == (10, 10, 20, 11)
    assert item.centroid == pytest.approx((20.0, 15.0 + 0.75 * 5.5 / 11 - 0.25 * 5.5 / 11), abs=0.01)
    assert (item.extent, item.solidity) == (1.0, 1.0)


def test_a_pixel_between_two_things_is_shared_and_not_counted_twice():
    share = np.zeros((60, 90))
    share[15:45, 10:40] = share[15:45, 41:80] = 1.0
    share[15:45, 40] = 0.4
    found = find_objects(np.rint(220 - 160 * share).astype(np.uint8))
    assert found.mask_area.tolist() == [900, 1170]
    assert found.area == pytest.approx([900 + 30 * 0.2, 1170 + 30 * 0.2], abs=0.1)


def test_an_ellipse_has_the_axes_that_it_was_drawn_with():
    [item] = find_objects(shapes.gray(shapes.placed("ellipse", 200, 30)))
    assert item.major_axis == pytest.approx(200, rel=0.005)
    assert item.minor_axis == pytest.approx(112, rel=0.005)
    assert item.eccentricity == pytest.approx(math.sqrt(1 - 0.56**2), abs=0.003)
    assert item.solidity > 0.98
    assert 25 < item.orientation < 35


def test_a_rectangle_of_whole_pixels_is_exact():
    ink = np.full((9, 20), 255, np.uint8)
    ink[2:5, 4:16] = 0
    [item] = find_objects(Page(ink, PixelMode.BINARY))
    assert (item.area, tuple(item.box), item.centroid) == (36, (4, 2, 12, 3), (10.0, 3.5))
    # Second moments of a rectangle are a squared side over twelve; the axes four times their roots.
    assert (item.major_axis, item.minor_axis) == pytest.approx((4 * 12 / 12**0.5, 4 * 3 / 12**0.5))
    assert (item.orientation, item.extent, item.solidity) == (0.0, 1.0, 1.0)
    [upright] = find_objects(Page(np.ascontiguousarray(ink.T), PixelMode.BINARY))
    assert upright.orientation == 90.0


def test_a_disc_has_no_orientation_and_a_perimeter():
    [item] = find_objects(page(DISC))
    assert item.orientation is None
    assert item.perimeter == pytest.approx(2 * math.pi * 21, rel=0.02)
    assert item.circularity == pytest.approx(1.0, abs=0.04)


def test_the_properties_of_a_mask_are_those_of_scikit_image():
    mask = solid_ink(crowd()) > 0
    ours = find_objects(page(~mask), min_area=300)
    theirs = {item.label: item for item in regionprops(label(mask, connectivity=2)) if item.area >= 300}
    assert len(ours) == len(theirs) == len(shapes.SHAPES)
    for item in ours:
        twin = min(theirs.values(), key=lambda one: math.dist(one.centroid[::-1], item.centroid))
        top, left, bottom, right = twin.bbox
        assert (item.area, tuple(item.box)) == (twin.area, (left, top, right - left, bottom - top))
        # Theirs are pixel centres, and angles from the rows' axis.
        assert item.centroid == pytest.approx((twin.centroid[1] + 0.5, twin.centroid[0] + 0.5))
        assert shapes.apart(item.orientation, math.degrees(twin.orientation) + 90) < 0.01
        assert item.eccentricity == pytest.approx(twin.eccentricity, abs=1e-3)
        assert item.extent == pytest.approx(twin.extent)
        assert item.solidity == pytest.approx(twin.solidity, abs=0.02)
        assert item.perimeter == pytest.approx(twin.perimeter_crofton, rel=0.02)
        # A pixel is a square to us and a point to them: 1/12 more.
        assert item.major_axis**2 == pytest.approx(twin.axis_major_length**2 + 16 / 12)
        # Rows before columns mirrors a shape, which turns the sign of the seventh.
        twisted = np.array(twin.moments_hu) * [1, 1, 1, 1, 1, 1, -1]
        assert item.hu == pytest.approx(twisted, rel=0.02, abs=1e-7)


def test_hu_moments_stay_when_a_shape_is_turned_and_scaled():
    found = [find_objects(shapes.gray(shapes.placed("T", size, angle)))[0] for size, angle in ((160, 0), (240, 77))]
    # The smaller ones are differences of larger ones.
    assert found[0].hu[:3] == pytest.approx(found[1].hu[:3], rel=0.02)
    assert np.array_equal(log_hu(np.array([0.0, 0.01, -0.001])), [0.0, 2.0, -3.0])


def test_skewness_points_to_the_thin_end():
    mask = np.where(shapes.drawn(shapes.placed("T", 100, 0), 130, 130) > 0.5, 255, 0).astype(np.uint8)
    moments = Moments.of_mask(mask)
    assert moments.skewness(-90.0)[0] > 0.3
    assert moments.skewness(90.0)[0] == pytest.approx(-moments.skewness(-90.0)[0])
    assert Moments.of_mask(np.zeros((3, 3), np.uint8)) is None


# --- which pieces -----------------------------------------------------------------------------------------------------


def test_stray_pieces_and_those_at_the_border_are_left_out_on_demand():
    pixels = np.full((40, 60), 255, np.uint8)
    pixels[5:15, 5:15] = pixels[30:40, 20:40] = pixels[20, 50] = 0
    given = Page(pixels, PixelMode.BINARY)
    assert find_objects(given).area.tolist() == [100, 200]
    assert find_objects(given, min_area=0).area.tolist() == [100, 1, 200]
    assert find_objects(given, max_area=150).area.tolist() == [100]
    assert find_objects(given, border="drop").area.tolist() == [100]


def test_corners_join_pieces_in_eight_directions_only():
    pixels = np.full((8, 8), 255, np.uint8)
    pixels[1:4, 1:4] = pixels[4:7, 4:7] = 0
    given = Page(pixels, PixelMode.BINARY)
    assert find_objects(given, min_area=1).area.tolist() == [18]
    assert find_objects(given, min_area=1, connectivity=4).area.tolist() == [9, 9]


@pytest.mark.parametrize("pixels", [np.zeros((1, 1)), np.full((1, 1), 255), np.full((5, 70), 255), np.arange(9)[None]])
def test_odd_pages_have_few_objects_and_no_fault(pixels):
    found = find_objects(pixels.astype(np.uint8), min_area=0)
    assert len(found) <= 1
    assert len(found.table()) == len(found)
    assert len(found.to_dataframe()) == len(found)


def test_grain_alone_is_no_object():
    grain = np.random.default_rng(1).normal(215, 8, (300, 400))
    assert len(find_objects(np.clip(grain, 0, 255).astype(np.uint8), min_area=4)) == 0


@pytest.mark.parametrize("dark", [225, 150, 90])
def test_uneven_light_changes_no_area(dark):
    points = shapes.placed("L", 150, 25, (60, 60))
    share = shapes.drawn(points, 400, 300)
    ground = np.linspace(225, dark, 400)
    [item] = find_objects(np.rint(ground * (1 - 0.6 * share)).astype(np.uint8))
    assert item.area == pytest.approx(shapes.truth(points)[0], rel=0.01)


def test_strokes_are_found_as_binarize_finds_them():
    letters = find_objects(text_gray(), min_area=8, ink="strokes")
    assert len(letters) > 30


@pytest.mark.parametrize(
    "wrong", [{"min_area": -1}, {"min_area": 9, "max_area": 8}, {"connectivity": 6}, {"border": "cut"}, {"ink": "all"}]
)
def test_wrong_values_are_refused(wrong):
    with pytest.raises(ConfigError):
        find_objects(DISC.astype(np.uint8) * 255, **wrong)


def test_objects_are_a_sequence():
    found = find_objects(crowd(), min_area=300)
    assert found[-1].box == found[len(found) - 1].box == list(found)[-1].box
    assert [item.index for item in found[1:3]] == [1, 2]
    with pytest.raises(IndexError):
        found[len(found)]
    assert "objects of" in repr(found)
    assert "pixels in" in repr(found[0])


# --- cut out ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(PixelMode))
def test_an_object_is_cut_out_alone_with_the_way_back(mode):
    gray = page(crowd())
    turned = PreprocessingFilter.rotate(20)(gray.converted(PixelMode.RGB) if mode is PixelMode.RGB else gray)
    if mode is PixelMode.BINARY:
        turned = replace(turned, pixels=255 - solid_ink(turned.pixels), mode=mode)
    found = find_objects(turned, min_area=300)
    for item in found:
        alone = item.cut(margin=9)
        assert (alone.mode, alone.width, alone.height) == (mode, item.box.width + 18, item.box.height + 18)
        [again] = find_objects(alone, min_area=12)
        assert again.area == pytest.approx(item.area, rel=0.01)
        # The same point of the source, by two ways.
        assert again.source_centroid == pytest.approx(item.source_centroid, abs=0.2)
        assert geometry.apply(turned.to_source, np.array([item.centroid]))[0] == pytest.approx(item.source_centroid)
        assert item.source_box.width >= item.source_quad[:, 0].max() - item.source_quad[:, 0].min() - 1e-6


def test_a_neighbour_in_the_box_is_gone_and_the_paper_keeps_its_colour():
    pixels = np.full((90, 120, 3), (230, 220, 190), np.uint8)
    pixels[10:80, 10:20] = pixels[70:80, 10:110] = (60, 20, 20)
    pixels[20:50, 40:90] = (20, 60, 20)
    block, corner = sorted(find_objects(pixels), key=lambda item: item.area)
    alone = corner.cut()
    assert np.abs(alone.pixels[20:50, 40:70].astype(int) - (230, 220, 190)).max() <= 2
    assert tuple(alone.pixels[40, 8]) == (60, 20, 20)
    assert tuple(block.cut(margin=60).pixels[0, 0]) == (230, 220, 190)


def test_a_mask_takes_the_colours_along_through_a_chain():
    chain = PreprocessingFilter([PreprocessingFilter.orient_by_major_axis(), PreprocessingFilter.fit_to(64, 96)])
    item = max(find_objects(crowd(), min_area=300), key=lambda one: one.area)
    placed = chain(item.cut(of="mask"))
    assert (placed.mode, placed.width, placed.height) == (PixelMode.BINARY, 64, 96)
    seen = placed.gray()
    assert (seen.mode, seen.width, seen.height) == (PixelMode.GRAY, 64, 96)
    assert seen.pixels[placed.pixels == 0].mean() < 130 < seen.pixels[placed.pixels == 255].mean()


def test_a_wrong_cut_is_refused():
    [item] = find_objects(page(DISC))
    for wrong in ({"margin": -1}, {"of": "box"}):
        with pytest.raises(ConfigError):
            item.cut(**wrong)


# --- as a table -------------------------------------------------------------------------------------------------------


def test_the_table_is_the_same_in_every_form(tmp_path):
    found = find_objects(crowd(), min_area=300)
    rows = found.table()
    frame = found.to_dataframe()
    assert list(frame.columns) == list(rows[0])
    assert frame["area"].tolist() == [round(item.area, 6) for item in found] == [row["area"] for row in rows]
    found.to_csv(tmp_path / "new" / "objects.csv")
    with (tmp_path / "new" / "objects.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert [float(row["orientation"]) for row in written] == pytest.approx(
        [item.orientation for item in found], abs=1e-5
    )
    assert find_objects(page(DISC)).table()[0]["orientation"] is None


def test_what_cannot_be_had_says_so(tmp_path, monkeypatch):
    found = find_objects(page(DISC))
    with pytest.raises(OutputError, match="cannot be written"):
        found.to_csv(tmp_path)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OutputError, match=r"ocrprep\[samples\]"):
        found.to_dataframe()


# --- from the shell ---------------------------------------------------------------------------------------------------


def test_the_command_cuts_out_and_measures_and_a_bad_page_costs_no_other(tmp_path):
    Image.fromarray(crowd()).save(tmp_path / "crowd.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    out, table = tmp_path / "out", tmp_path / "objects.csv"
    arguments = ["--min-area", "300", "--size", "48x64", "--upright", "--of", "mask", "--table", table]
    done = run("objects", tmp_path / "bad.png", tmp_path / "crowd.png", "-o", out, *arguments)
    assert done.exit_code == 3
    assert "bad.png" in done.stderr
    names = sorted(file.name for file in out.iterdir())
    assert names == [f"crowd_{number:04d}.png" for number in range(1, 6)]
    for name in names:
        with Image.open(out / name) as picture:
            assert (picture.size, picture.mode) == ((48, 64), "1")
    assert len(table.read_text(encoding="utf-8").splitlines()) == 6
    assert done.stdout.splitlines()[-1] == str(table)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "folder"),
        (["-o", "out", "--size", "64"], "64x64"),
        (["-o", "out", "--size", "0x64"], "no size"),
        (["-o", "out", "--size", "64x64", "--margin", "32"], "no room"),
    ],
)
def test_the_command_says_what_it_needs(tmp_path, arguments, words):
    done = run("objects", tmp_path / "page.png", *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
