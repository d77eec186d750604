"""Files made by code, one of each kind that a door opens, and the same ones damaged."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from tests.pages import scan_rgb, text_gray


def picture(mode: str = "RGB", width: int = 120, height: int = 80) -> Image.Image:
    """A picture of text in a Pillow mode."""
    return Image.fromarray(scan_rgb(width, height)).convert(mode)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """The bytes of an image file."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def numbered(count: int, width: int = 60, height: int = 40) -> list[Image.Image]:
    """Pages that can be told apart: page i has i+1 black columns; mode 1."""
    pages = []
    for index in range(count):
        pixels = np.full((height, width), 255, np.uint8)
        pixels[:, : index + 1] = 0
        pages.append(Image.fromarray(pixels).convert("1"))
    return pages


def number_of(pixels: np.ndarray) -> int:
    """Which of the numbered pages it is, 0-based."""
    row = pixels[pixels.shape[0] // 2]
    row = row[..., 0] if row.ndim == 2 else row
    return int((row < 128).sum()) - 1


def tiff(count: int, **options: Any) -> bytes:
    """A TIFF of numbered pages at 300 dpi."""
    first, *rest = numbered(count)
    options = {"compression": "group4", "dpi": (300, 300), **options}
    return encoded(first, "TIFF", save_all=True, append_images=rest, **options)


def pdf(count: int, dpi: float = 72.0) -> bytes:
    """A PDF of numbered pages, one pixel a dot at ``dpi``."""
    first, *rest = (page.convert("L") for page in numbered(count))
    return encoded(first, "PDF", save_all=True, append_images=rest, resolution=dpi)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def huge_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG whose header promises more pixels than it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def images() -> dict[str, bytes]:
    """One file of each image format, by a telling name."""
    rgb = picture()
    gray = Image.fromarray(text_gray(120, 80))
    return {
        "rgb.png": encoded(rgb, "PNG"),
        "gray.png": encoded(gray, "PNG"),
        "palette.png": encoded(rgb.convert("P"), "PNG"),
        "bits.png": encoded(gray.convert("1"), "PNG"),
        "rgb.jpg": encoded(rgb, "JPEG"),
        "progressive.jpg": encoded(rgb, "JPEG", progressive=True),
        "cmyk.jpg": encoded(rgb.convert("CMYK"), "JPEG"),
        "lzw.tif": encoded(rgb, "TIFF", compression="tiff_lzw"),
        "g4.tif": encoded(gray.convert("1"), "TIFF", compression="group4"),
        "raw.tif": encoded(rgb, "TIFF"),
        "jpeg.tif": encoded(rgb, "TIFF", compression="jpeg"),
        "rgb.bmp": encoded(rgb, "BMP"),
        "rgb.gif": encoded(rgb, "GIF"),
        "lossy.webp": encoded(rgb, "WEBP"),
        "lossless.webp": encoded(rgb, "WEBP", lossless=True),
        "rgb.jp2": encoded(rgb, "JPEG2000"),
        "rgb.ppm": encoded(rgb, "PPM"),
        "gray.pgm": encoded(gray, "PPM"),
        "bits.pbm": encoded(gray.convert("1"), "PPM"),
    }


def damaged(data: bytes, seed: int) -> list[bytes]:
    """The same file cut at several places, and with bytes changed."""
    chance = random.Random(seed)
    cuts = [data[: max(1, len(data) * share // 100)] for share in (3, 25, 60, 95)]
    flips = []
    for _ in range(6):
        changed = bytearray(data)
        for _ in range(4):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        flips.append(bytes(changed))
    return cuts + flips


def page_or_error(make: Callable[[], Any], errors: type[Exception]) -> Any:
    """What ``make`` returns, or the error of the allowed kind that it raises; any other error goes through."""
    try:
        return make()
    except errors as error:
        return error


def minimal_pdf(width: float, height: float, *, annotation: bool = False) -> bytes:
    """An empty page of that many points; with an annotation, a black square whose look is in the file."""
    look = b"0 g 0 0 50 50 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]%s>>"
        % (width, height, b"/Annots[4 0 R]" if annotation else b""),
        b"<</Type/Annot/Subtype/Stamp/F 4/Rect[10 10 60 60]/AP<</N 5 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 50 50]/Length %d>>stream\n%s\nendstream" % (len(look), look),
    ]
    return assembled_pdf(objects)


def assembled_pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF file of numbered objects, of which the first is the catalogue."""
    out = bytearray(b"%PDF-1.6\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def locked_pdf(password: str) -> bytes:
    """An empty page behind a password: the standard security handler, revision 2 (PDF 1.7, algorithms 2 to 4)."""
    key_of = (password.encode() + PADDING)[:32]
    owner = rc4(hashlib.md5(key_of).digest()[:5], key_of)
    identity = bytes(16)
    key = hashlib.md5(key_of + owner + struct.pack("<i", -4) + identity).digest()[:5]
    user = rc4(key, PADDING)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 40]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode()),
    ]
    mark = identity.hex().encode()
    return assembled_pdf(objects, b"/Encrypt 4 0 R/ID[<%s><%s>]" % (mark, mark))


def rc4(key: bytes, data: bytes) -> bytes:
    """The stream cipher of old PDF files."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked_zip(name: str, data: bytes, password: bytes) -> bytes:
    """An archive of one stored file behind a password: the traditional PKWARE cipher."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc_step(crc: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc_step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc_step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    crc = zlib.crc32(data)
    sealed = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + data:
        mask = (keys[2] | 2) & 0xFFFF
        sealed.append(byte ^ (((mask * (mask ^ 1)) >> 8) & 0xFF))
        update(byte)
    return stored_zip(name, bytes(sealed), flags=1, crc=crc, size=len(data))


def stored_zip(name: str, packed: bytes, *, flags: int = 0, crc: int | None = None, size: int | None = None) -> bytes:
    """An archive of one member that is not packed, whose table of contents says what it is told to."""
    crc = zlib.crc32(packed) if crc is None else crc
    size = len(packed) if size is None else size
    middle = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, crc, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + middle + name.encode() + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + middle + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
