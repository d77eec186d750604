"""Pictures by names that cannot be guessed, for the one route that hands them out."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from ocrprep.outputs.encode import encode

if TYPE_CHECKING:
    from ocrprep.page import Page
    from ocrprep.studio.previews import Picture

MEDIA = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_KEPT = 300
_KEPT_PAGES = 4


class Pictures:
    """The latest pictures, and the pages behind the latest few. Safe to use from several threads."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, picture: Picture) -> str:
        """Keep a picture; returns the path under which it is served."""
        name = f"{secrets.token_urlsafe(9)}.{picture.suffix}"
        with self._lock:
            self._pictures[name] = picture
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        return f"/preview/{name}"

    def get(self, name: str) -> tuple[bytes, str] | None:
        """The file and its media type, or None where there is no such picture any more."""
        with self._lock:
            picture = self._pictures.get(name)
        return None if picture is None else (picture.data, MEDIA[picture.suffix])

    def put_page(self, page: Page) -> str:
        """Keep a page; returns the path under which all its pixels are served."""
        name = f"{secrets.token_urlsafe(9)}.png"
        with self._lock:
            self._pages[name] = page
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return f"/full/{name}"

    def get_page(self, name: str) -> tuple[bytes, str] | None:
        """The page as a PNG file, made now, or None where there is no such page any more."""
        with self._lock:
            page = self._pages.get(name)
        return None if page is None else (encode(page, "png"), MEDIA["png"])
