"""One chain's picture, large, with what was read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import events, ui

from ocrprep.errors import OcrPrepError
from ocrprep.studio.marks import area_mark, drawn_area, word_marks

if TYPE_CHECKING:
    from ocrprep.studio.previews import Picture
    from ocrprep.studio.screen import Screen
    from ocrprep.studio.session import Job, Read


class Pane:
    """The picture and the text of one side.

    Args:
        screen: that it is a part of.
        name: of the side, ``A`` or ``B``.
    """

    def __init__(self, screen: Screen, name: str) -> None:
        self._screen, self._name = screen, name
        self._picture: Picture | None = None
        self._job: Job | None = None
        self._whole = True
        with ui.element("article").classes("card").props(f'aria-label="Picture of chain {name}"') as self._box:
            self._bar()
            self._fault = ui.label("").classes("fault small").props("role=alert").props(f"data-mark=fault-{name}")
            self._frame = ui.element("div").classes("frame fit").props(f"data-mark=frame-{name}")
            with self._frame, ui.interactive_image("").classes("picture") as self._image:
                self._image.props(f"data-mark=picture-{name}")
                board = ui.element("div").classes("draw").props(f"data-mark=draw-{name}")
                board.on("pointerdown", self._drawn, js_handler="(e) => ocrprepDraw(e, emit)")
            self._about = ui.label("").classes("soft small").props("role=status").props(f"data-mark=about-{name}")
            self._text = (
                ui.label("").classes("text").props('tabindex=0 aria-label="Text"').props(f"data-mark=text-{name}")
            )

    def _bar(self) -> None:
        with ui.element("div").classes("row-line"):
            self._badge = ui.label(self._name).classes("badge")
            self._state = ui.label("").classes("badge").props("role=status").props(f"data-mark=state-{self._name}")
            self._link = ui.link("full size", "", new_tab=True).classes("small").props(f"data-mark=link-{self._name}")
            ui.element("div").classes("grow")
            self._boxes = ui.checkbox("Boxes", value=True, on_change=self._overlay).props("dense")
            ui.button(icon="zoom_in", on_click=self._zoom).props(
                f'flat round dense aria-label="Picture {self._name}: whole page or width"'
            ).tooltip("The whole page, or as wide as the window")
            self._read_button = ui.button("Read", icon="text_fields", on_click=self._read).props(
                "unelevated dense no-caps text-color=on-accent padding='2px 10px'"
            )
            self._read_button.props(f"data-mark=read-{self._name}").tooltip(
                "Read what the whole chain makes, with Tesseract"
            )

    def refresh(self) -> None:
        """Show or hide it, and say whether its text is still of this chain."""
        session = self._screen.session
        self._box.set_visibility(self._name in self._screen.shown_sides)
        self._badge.set_visibility(session.comparing)
        self._frame.classes(remove="drawing")
        self._tell_read()

    def empty(self) -> None:
        """There is no page."""
        self._state.text = "no page yet"
        self._link.set_visibility(False)

    def show(self, job: Job, path: str, picture: Picture, whole: str = "") -> None:
        """Show a picture.

        Args:
            job: what it shows.
            path: under which it is served.
            picture: with its size and page.
            whole: path of all the page's pixels; empty where only a preview or a reduced picture was made.
        """
        self._job, self._picture = job, picture
        self._image.set_source(path)
        page = picture.page
        done = page.steps[-1].seconds * 1000 if page.steps else 0.0
        self._state.text = (
            f"preview {page.width} × {page.height}"
            if picture.preview
            else f"{page.width} × {page.height} {page.mode.value}" + (f" · {done:.0f} ms" if job.chain else "")
        )
        self._state.classes(add="busy") if picture.preview else self._state.classes(remove="busy")
        if whole:
            self._link.props(f'href="{whole}"')
        self._link.set_visibility(bool(whole))
        self._fault.text = ""
        if self._name == self._screen.session.current:
            self._screen.chain.clear_fault()
        self._tell_read()

    def fault(self, message: str) -> None:
        """Tell why there is no picture of this."""
        self._fault.text = message
        self._state.text = "not made"
        self._link.set_visibility(False)

    def _zoom(self) -> None:
        self._whole = not self._whole
        self._frame.classes(add="fit") if self._whole else self._frame.classes(remove="fit")

    def draw(self) -> None:
        """Let an area be drawn for the selected step."""
        if self._picture is not None:
            self._frame.classes(add="drawing")
            self._screen.tell("Draw a rectangle on the picture")

    async def _drawn(self, event: events.GenericEventArguments) -> None:
        session, picture = self._screen.session, self._picture
        self._frame.classes(remove="drawing")
        key = session.side.selected
        job = session.job(self._name)
        if key is None or picture is None or job is None:
            return
        left, top, right, bottom = (float(value) for value in event.args)
        place = session.draft.place(key)
        before = session.draft.until(session.draft.steps[place - 1].key if place else None)
        try:
            # The area is of the page as the step gets it, in full size.
            given = await self._screen.in_slow(lambda: session.prepared(type(job)(job.sheet, before)))
        except OcrPrepError as error:
            self.fault(str(error))
            return
        size = (given.width, given.height)
        start, end = (left * given.width, top * given.height), (right * given.width, bottom * given.height)
        area = drawn_area(start, end, 1.0, size)
        if area is None:
            return
        try:
            session.set_area(key, area)
        except ValueError as error:
            self._screen.tell(str(error), bad=True)
        self._screen.refresh()

    async def _read(self) -> None:
        session = self._screen.session
        job = session.job(self._name, whole=True)
        if job is None:
            self._screen.tell("Add a page first", bad=True)
            return
        side = session.sides[self._name]
        self._about.text = "Reading …"
        self._read_button.disable()
        try:
            side.read = await self._screen.in_reader(lambda: session.read(job))
        except OcrPrepError as error:
            self._about.text = str(error)
        else:
            self._tell_read()
        finally:
            self._read_button.enable()

    def _tell_read(self) -> None:
        read: Read | None = self._screen.session.sides[self._name].read
        self._overlay()
        if read is None:
            self._about.text = self._text.text = ""
            return
        if read.result is None:
            self._about.text, self._text.text = read.problem, ""
            return
        result = read.result
        about = f"mean confidence {result.confidence:.0f} · {len(result.words)} words · {result.seconds:.1f} s"
        if not self._is_read(read):
            about += " · read before the last change"
        self._about.text = about
        self._text.text = result.recognition_text.strip() or "(no text)"

    def _is_read(self, read: Read) -> bool:
        return self._screen.is_current(read.job, self._name, whole=True)

    def _overlay(self, _: Any = None) -> None:
        picture, job = self._picture, self._job
        if picture is None or job is None:
            return
        read = self._screen.session.sides[self._name].read
        marks = ""
        if read is not None and read.result is not None and self._boxes.value and self._is_read(read):
            marks = word_marks(read.result.words, picture)
        area = job.chain[-1].area if job.chain else None
        if area is not None and not picture.preview and job.chain[-1].kind != "crop":
            marks += area_mark(area, picture, picture.page.width)
        self._image.set_content(marks)
