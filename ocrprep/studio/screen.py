"""The screen: its parts in their places, and the loop that keeps the pictures up with what is changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nicegui import background_tasks, ui

from ocrprep.errors import FilterError, OcrPrepError
from ocrprep.studio.previews import OutdatedError, picture_of
from ocrprep.studio.screen_chain import ChainPanel
from ocrprep.studio.screen_export import ExportPanel
from ocrprep.studio.screen_files import FilePanel
from ocrprep.studio.screen_picture import Pane
from ocrprep.studio.screen_strip import Strip
from ocrprep.studio.session import SIDES
from ocrprep.studio.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ocrprep.studio.previews import Picture
    from ocrprep.studio.session import Job, Session

    T = TypeVar("T")

_SETTLED = 0.25
_LOOK_AGAIN = 0.7
_HEAD = '<link rel="stylesheet" href="/studio/studio.css"><script src="/studio/studio.js"></script>'
_THEMES = {None: ("brightness_auto", "System colours"), False: ("light_mode", "Light"), True: ("dark_mode", "Dark")}

_quick = Worker("ocrprep-studio-preview")
_slow = Worker("ocrprep-studio-page")
_reader = Worker("ocrprep-studio-read")

_PATIENCE = 5.0
"""Seconds that the end of the program waits for a filter or a reading that has begun."""


def rest() -> None:
    """Let all that works in the background come to an end."""
    for worker in (_quick, _slow, _reader):
        worker.rest(_PATIENCE)


class Screen:
    """One tab of the browser.

    Args:
        session: what all tabs work on.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._seen = session.version
        self._wanted = 0
        self._wake = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None

    def build(self) -> None:
        """Make the page."""
        ui.add_head_html(_HEAD)
        ui.run_javascript("document.documentElement.lang = 'en'")
        self._header()
        with ui.element("main").classes("studio"):
            with ui.element("div").classes("side"):
                self.files = FilePanel(self)
                self.chain = ChainPanel(self)
            with ui.element("div").classes("stage"):
                self.strip = Strip(self)
                with ui.element("section").classes("panes order-pane") as self._panes:
                    self.panes = {name: Pane(self, name) for name in SIDES}
                self.export = ExportPanel(self)
        task = background_tasks.create(self._run(), name="studio pictures")
        ui.context.client.on_delete(task.cancel)
        ui.timer(_LOOK_AGAIN, self._look)
        self.refresh()

    def _header(self) -> None:
        with ui.element("header").classes("top"):
            ui.html("<h1>ocrprep studio</h1>", sanitize=False)
            ui.element("div").classes("space")
            dark = ui.dark_mode(None)

            def turn() -> None:
                dark.value = {None: True, True: False, False: None}[dark.value]
                icon, name = _THEMES[dark.value]
                button.props(f'icon={icon} aria-label="Colours: {name}"')
                tip.text = f"Colours: {name}"

            with ui.button(icon=_THEMES[None][0], on_click=turn) as button:
                button.props('flat round dense aria-label="Colours: System colours"').props("data-mark=theme")
                tip = ui.tooltip("Colours: System colours")

    def refresh(self) -> None:
        """Show what the session is now: after every change but the moving of a slider."""
        self._seen = self.session.version
        self.files.refresh()
        self.chain.refresh()
        self.strip.refresh()
        self._panes.classes(add="two") if self.session.comparing else self._panes.classes(remove="two")
        for pane in self.panes.values():
            pane.refresh()
        self.redraw()

    def redraw(self) -> None:
        """Make the pictures anew; a slider was moved."""
        self._seen = self.session.version
        self._wanted += 1
        self._wake.set()

    def _look(self) -> None:
        if self._seen != self.session.version:
            self.refresh()

    @property
    def shown_sides(self) -> list[str]:
        """The chains that are on the screen, the one that is being edited first."""
        current = self.session.current
        return [current, *(name for name in SIDES if name != current and self.session.comparing)]

    async def in_slow(self, call: Callable[[], T]) -> T:
        """Run a call among those that take seconds."""
        return await asyncio.wrap_future(_slow.run(call))

    async def in_reader(self, call: Callable[[], T]) -> T:
        """Run a call among those that read."""
        return await asyncio.wrap_future(_reader.run(call))

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            number = self._wanted
            for name in self.shown_sides:
                await self._preview(name)
            if not self._wake.is_set():
                if self._settling is not None:
                    self._settling.cancel()
                self._settling = background_tasks.create(self._settle(number), name="studio full size")

    async def _preview(self, name: str) -> None:
        pane, job = self.panes[name], self.session.job(name)
        if job is None:
            pane.empty()
            return

        def make() -> tuple[str, Picture]:
            page, preview = self.session.previewed(job)
            picture = picture_of(page, preview=preview)
            return self.session.pictures.put(picture), picture

        try:
            path, picture = await asyncio.wrap_future(_quick.run(make))
        except OcrPrepError as error:
            self._fault(name, error)
            return
        except Exception as error:  # noqa: BLE001 - the loop has to go on, and the person to be told
            pane.fault(f"{type(error).__name__}: {error}")
            return
        pane.show(job, path, picture)

    async def _settle(self, number: int) -> None:
        await asyncio.sleep(_SETTLED)
        for name in self.shown_sides:
            if number != self._wanted:
                return
            await self._full(name, number)
        if number == self._wanted:
            await self.strip.fill(number)
            self.export.refresh()

    async def _full(self, name: str, number: int) -> None:
        pane, job = self.panes[name], self.session.job(name)
        if job is None:
            return

        def make() -> tuple[str, str, Picture]:
            page = self.session.prepared(job, lambda: number == self._wanted)
            picture = picture_of(page)
            return self.session.pictures.put(picture), self.session.pictures.put_page(page), picture

        try:
            path, whole, picture = await self.in_slow(make)
        except OutdatedError:
            return
        except OcrPrepError as error:
            self._fault(name, error)
            return
        except Exception as error:  # noqa: BLE001 - such as too little memory: the person has to be told
            self.panes[name].fault(f"{type(error).__name__}: {error}")
            return
        if number == self._wanted:
            pane.show(job, path, picture, whole)

    def _fault(self, name: str, error: OcrPrepError) -> None:
        self.panes[name].fault(str(error))
        if isinstance(error, FilterError) and name == self.session.current and error.step is not None:
            self.chain.fault(error.step, error.message)

    def wanted(self, number: int) -> bool:
        """Whether nothing was changed since."""
        return number == self._wanted

    def is_current(self, job: Job, name: str, *, whole: bool = False) -> bool:
        """Whether a job is still what that side would show, or with ``whole`` what it makes in the end."""
        return job == self.session.job(name, whole=whole)

    def tell(self, text: str, *, bad: bool = False) -> None:
        """One line at the edge of the window."""
        ui.notify(
            text,
            type="negative" if bad else None,
            position="bottom",
            timeout=8000 if bad else 3000,
            close_button="OK" if bad else False,
        )
