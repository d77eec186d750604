"""What one view of a rectangle tells about it."""

from __future__ import annotations

import numpy as np

from ocrprep.geometry import Points

# Focal lengths of usual cameras, as shares of the picture's longer side; others come from views without depth.
_SHORTEST, _LONGEST = 0.45, 3.0
# How far the answer may be from the sides as they are seen.
_FAR = 1.6


def seen_aspect(corners: Points, width: int, height: int) -> float:
    """Width over height of a rectangle seen in perspective.

    Zhang and He, "Whiteboard Scanning and Image Enhancement", 2007: two pairs of opposite sides give the camera's focal
    length, and with it the proportions, when the picture's middle is where the camera looked. A view without depth does
    not tell the focal length; then, or when it comes out as none that cameras have, the answer is the ratio of the
    mean lengths of opposite sides.

    Args:
        corners: (4, 2) top left, top right, bottom right, bottom left, in pixels.
        width: of the picture.
        height: of the picture.
    """
    upper, right, lower, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    plain = float((upper + lower) / (left + right))
    scale = max(width, height)
    centred = (np.asarray(corners) - (width / 2.0, height / 2.0)) / scale
    m1, m2, m4, m3 = np.concatenate([centred, np.ones((4, 1))], axis=1)
    diagonal = np.cross(m1, m4)
    n2 = (diagonal @ m3) / (np.cross(m2, m4) @ m3) * m2 - m1
    n3 = (diagonal @ m2) / (np.cross(m3, m4) @ m2) * m3 - m1
    if abs(n2[2] * n3[2]) < 1e-4:
        return plain
    squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
    if not _SHORTEST**2 <= squared <= _LONGEST**2:
        return plain
    across = (n2[0] ** 2 + n2[1] ** 2) / squared + n2[2] ** 2
    down = (n3[0] ** 2 + n3[1] ** 2) / squared + n3[2] ** 2
    aspect = float(np.sqrt(across / down))
    return aspect if plain / _FAR < aspect < plain * _FAR else plain
