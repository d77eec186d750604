"""Photographs of pages on desks, made by code, whose corners are known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from tests.typeset import text_page

GROUNDS = ("dark", "wood", "speckled", "cloth", "coloured", "light", "dim")


@dataclass(frozen=True)
class Photo:
    """Pixels, (H, W, 3) RGB uint8, and the page's corners: top left, top right, bottom right, bottom left."""

    pixels: np.ndarray
    corners: np.ndarray
    ground: str
    aspect: float


def ground(kind: str, width: int, height: int, random: np.random.Generator) -> np.ndarray:
    """A desk; (height, width, 3) float32 levels."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    grain = random.normal(0, 1, (height, width)).astype(np.float32)
    if kind == "wood":
        turn = random.uniform(-0.5, 0.5)
        across = rows * np.cos(turn) + columns * np.sin(turn)
        bent = across + 14 * np.sin(columns / random.uniform(90, 260)) + 5 * np.sin(columns / 37)
        streaks = cv2.GaussianBlur(grain, (0, 0), 20, sigmaY=1.2)
        level = 0.62 + 0.1 * np.sin(bent / random.uniform(6, 16)) + 0.9 * streaks / (np.abs(streaks).max() + 1e-6) * 0.2
        plank = np.mod(across, height / 3.2) < 3
        level = np.where(plank, 0.3, level)
        return level[..., None] * np.array(random.choice([(190, 130, 80), (130, 85, 55), (225, 180, 130)]), np.float32)
    if kind == "speckled":
        blobs = cv2.GaussianBlur(grain, (0, 0), 3)
        return (110 + 30 * blobs / blobs.std())[..., None] * np.array((1.0, 0.98, 0.94), np.float32)
    if kind == "cloth":
        weave = np.sin(columns / 2.3) * np.sin(rows / 2.6)
        check = ((columns // 90 + rows // 90) % 2) * 25
        return (70 + 14 * weave + check)[..., None] * np.array((0.8, 0.9, 1.3), np.float32)
    slow = cv2.GaussianBlur(grain, (0, 0), 40)
    slow = slow / (np.abs(slow).max() + 1e-6)
    base = {"dark": (48, 45, 44), "dim": (62, 60, 58), "light": (212, 210, 204)}.get(kind)
    if base is None:
        base = random.choice([(60, 120, 90), (150, 60, 50), (50, 80, 150), (170, 150, 60)])
    return np.array(base, np.float32) + (6 * slow + 2 * grain)[..., None]


def sheet(random: np.random.Generator, width: int, height: int, *, dim: bool) -> np.ndarray:
    """A page of text, some with a table or a picture on it; (height, width, 3) float32."""
    gray = cv2.resize(text_page(size=int(random.integers(14, 30))), (width, height), interpolation=cv2.INTER_AREA)
    page = gray.copy()
    extra = random.integers(0, 4)
    if extra == 1:
        for part in np.linspace(0.5, 0.85, 6):
            cv2.line(page, (width // 8, int(part * height)), (width * 7 // 8, int(part * height)), 40, 2)
        for part in (1 / 8, 3 / 8, 7 / 8):
            cv2.line(page, (int(part * width), height // 2), (int(part * width), int(0.85 * height)), 40, 2)
    if extra == 2:
        page[height // 5 : height // 2, width // 6 : width * 5 // 6] = 90
    paper = np.array(random.choice([(1.0, 1.0, 1.0), (1.0, 0.98, 0.92), (0.96, 1.0, 0.97)]), np.float32)
    return page[..., None] * paper * (0.42 if dim else 1.05)


def photo(seed: int) -> Photo:
    """A page under uneven light, seen at an angle, with a shadow beside it and the sensor's grain."""
    random = np.random.default_rng(seed)
    kind = GROUNDS[seed % len(GROUNDS)]
    width, height = (900, 1200) if random.random() < 0.7 else (1200, 900)
    aspect = float(random.choice([1 / 1.4142, 8.5 / 11, 1.4142, 0.5]))
    page_h = 1000
    page_w = round(page_h * aspect)
    corners = _seen(random, aspect, width, height, cut=seed % 10 == 3)
    to_picture = geometry.to_pixel_centres(geometry.homography(Box(0, 0, page_w, page_h).corners(), corners))
    size = (width, height)
    drawn = cv2.warpPerspective(
        sheet(random, page_w, page_h, dim=kind == "dim"), to_picture, size, flags=cv2.INTER_AREA
    )
    mask = cv2.warpPerspective(np.ones((page_h, page_w), np.float32), to_picture, size)[..., None]
    desk = ground(kind, width, height, random)
    fall = geometry.translation(*random.uniform(-9, 9, 2)) @ to_picture
    shadow = cv2.GaussianBlur(cv2.warpPerspective(np.ones((page_h, page_w), np.float32), fall, size), (0, 0), 5)
    desk = desk * (1 - random.uniform(0.25, 0.5) * shadow)[..., None]
    made = desk * (1 - mask) + drawn * mask
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = random.uniform(-0.3, 0.3, 2)
    made *= (0.9 + slope[0] * (columns / width - 0.5) + slope[1] * (rows / height - 0.5))[..., None]
    if random.random() < 0.3:
        edge = random.uniform(0.3, 0.7) * width + random.uniform(-0.5, 0.5) * rows
        made *= (1 - 0.3 / (1 + np.exp((edge - columns) / 15)))[..., None]
    made = cv2.GaussianBlur(made, (0, 0), random.uniform(0.5, 1.2))
    made += random.normal(0, random.uniform(2, 7), made.shape)
    return Photo(np.clip(made, 0, 255).round().astype(np.uint8), corners, kind, aspect)


def _seen(random, aspect, width, height, *, cut):
    """Corners of a sheet in front of a pinhole camera, so that its proportions are a matter of fact."""
    focal = random.uniform(0.7, 1.1) * max(width, height)
    turns = np.radians([*random.uniform(-22, 22, 2), random.uniform(10, 25) if cut else random.uniform(-25, 25)])
    rotation = cv2.Rodrigues(np.array([turns[0], turns[1], 0.0]))[0] @ cv2.Rodrigues(np.array([0, 0, turns[2]]))[0]
    flat = np.array([(-aspect, -1, 0), (aspect, -1, 0), (aspect, 1, 0), (-aspect, 1, 0)]) @ rotation.T
    wanted = random.uniform(0.72, 0.9)
    low, high = 1.0, 40.0
    for _ in range(40):
        far = (low + high) / 2
        seen = flat[:, :2] / np.maximum(flat[:, 2:] + far, 0.1) * focal
        share = np.ptp(seen, axis=0) / (width, height)
        low, high = (far, high) if share.max() > wanted else (low, far)
    free = np.array([width, height]) - np.ptp(seen, axis=0)
    corners = seen - seen.min(axis=0) + free * random.uniform(0.3, 0.7, 2)
    if cut:
        # Aslant, so that the leftmost point is a corner and the rest of its two sides is in the picture.
        corners[:, 0] -= corners[:, 0].min() + random.uniform(0.01, 0.03) * width
    return corners
