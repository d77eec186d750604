"""What a file is, by its first bytes; names and suffixes are only believed where there is nothing else."""

from __future__ import annotations

import enum

HEAD_BYTES = 1024
"""As many first bytes as :func:`sniff` wants to see."""


class Kind(str, enum.Enum):
    """A kind of file that some door opens."""

    IMAGE = "image"
    """PNG, JPEG, BMP, GIF, WebP, JPEG 2000, PNM, AVIF."""
    TIFF = "TIFF"
    PDF = "PDF"
    DJVU = "DjVu"
    ZIP = "ZIP"


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF87a", Kind.IMAGE),
    (b"GIF89a", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind.IMAGE),
    (b"\xff\x4f\xff\x51", Kind.IMAGE),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"AT&TFORM", Kind.DJVU),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
)

SUFFIXES = {
    **dict.fromkeys(
        ("png", "jpg", "jpeg", "jpe", "jfif", "mpo", "bmp", "gif", "webp", "avif", "jp2", "j2k", "jpx", "jpf", "j2c"),
        Kind.IMAGE,
    ),
    **dict.fromkeys(("pbm", "pgm", "ppm", "pnm", "pfm"), Kind.IMAGE),
    **dict.fromkeys(("tif", "tiff"), Kind.TIFF),
    **dict.fromkeys(("djvu", "djv"), Kind.DJVU),
    "pdf": Kind.PDF,
    **dict.fromkeys(("zip", "cbz"), Kind.ZIP),
}
"""Lower-case suffixes without their dot: which files of a folder or an archive are meant to be pages."""


def sniff(head: bytes) -> Kind | None:
    """The kind of a file, or None when no door opens it.

    Args:
        head: its first :data:`HEAD_BYTES` bytes, or all of them.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.IMAGE
    if head[4:12] in {b"ftypavif", b"ftypavis"}:
        return Kind.IMAGE
    if head[:1] == b"P" and head[1:2] in b"123456f" and head[2:3].isspace():
        return Kind.IMAGE
    # The PDF reference lets a reader find the header anywhere in the first 1024 bytes.
    return Kind.PDF if b"%PDF-" in head[:HEAD_BYTES] else None


def suffix_kind(name: str) -> Kind | None:
    """The kind that a name promises."""
    leaf = name.rsplit("/", 1)[-1]
    return SUFFIXES.get(leaf.rpartition(".")[2].lower()) if "." in leaf[1:] else None
