"""The page after each step, small, in a row: what is chosen there is shown large and tuned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nicegui import ui

from ocrprep.errors import OcrPrepError
from ocrprep.studio.previews import thumbnail
from ocrprep.studio.session import Job

if TYPE_CHECKING:
    from ocrprep.studio.screen import Screen


class Strip:
    """One small picture for the source and one for each step.

    Args:
        screen: that it is a part of.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._images: dict[int | None, ui.element] = {}
        self._paths: dict[Job, str] = {}
        with ui.element("nav").classes("card order-strip").props('aria-label="Steps"'):
            self._row = ui.element("div").classes("strip")

    def refresh(self) -> None:
        """Show the steps that there are; known pictures at once."""
        session = self._screen.session
        self._row.clear()
        self._images.clear()
        with self._row:
            self._tab(None, "Source", "page as it came")
            for place, step in enumerate(session.draft.steps, 1):
                name = step.filter.kind.replace("_", " ")
                self._tab(step.key, f"{place} · {name}" if step.on else f"{place} · off", f"after step {place}: {name}")

    def _tab(self, key: int | None, caption: str, label: str) -> None:
        session = self._screen.session
        chosen = session.side.selected == key
        button = (
            ui.button(on_click=lambda: self._choose(key))
            .props("flat no-caps")
            .props(f"data-mark=tab-{key or 'source'}")
        )
        button.props(f'aria-label="{label}" aria-pressed={"true" if chosen else "false"}')
        button.classes("chosen" if chosen else "")
        with button:
            # An empty picture until the page is there, as no source at all would be a broken one.
            path = self._paths.get(self._job(key), _BLANK) if session.sheet else _BLANK
            self._images[key] = ui.element("img").props(f'src="{path}" alt=""')
            ui.label(caption).classes("cap")

    def _job(self, key: int | None) -> Job:
        return Job(self._screen.session.sheet, self._screen.session.draft.until(key))

    def _choose(self, key: int | None) -> None:
        self._screen.session.select(key)
        self._screen.refresh()

    async def fill(self, number: int) -> None:
        """Make the pictures that lack, until something is changed."""
        session = self._screen.session
        if not session.sheet:
            return
        for key, image in list(self._images.items()):
            job = self._job(key)
            if job not in self._paths:
                try:
                    page, _ = await self._screen.in_slow(partial(session.previewed, job))
                except OcrPrepError:
                    return
                if not self._screen.wanted(number):
                    return
                self._paths[job] = session.pictures.put(thumbnail(page))
                while len(self._paths) > _KEPT:
                    del self._paths[next(iter(self._paths))]
            image.props(f'src="{self._paths[job]}"')


_BLANK = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='80'/%3E".replace(" ", "%20")
_KEPT = 100
