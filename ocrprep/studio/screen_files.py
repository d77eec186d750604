"""Which page: a choice of those on the table, and a place to drop more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import events, ui

from ocrprep.errors import OcrPrepError
from ocrprep.studio.files import MEGABYTE

if TYPE_CHECKING:
    from ocrprep.studio.screen import Screen


class FilePanel:
    """The pages that can be chosen.

    Args:
        screen: that it is a part of.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._table = screen.session.table
        self._quiet = False
        with ui.element("section").classes("card order-files").props('aria-label="Files"'):
            self._choice = ui.select({}, label="Page", on_change=self._chosen).props("outlined dense options-dense")
            self._choice.props("data-mark=sheet").classes("grow")
            most = self._table.upload_bytes
            self._upload = (
                ui.upload(
                    multiple=True,
                    auto_upload=True,
                    max_file_size=most,
                    label=f"Add files: + or drop them here (up to {most // MEGABYTE} MB each)",
                    on_upload=self._uploaded,
                    on_rejected=lambda: screen.tell(f"a file may have at most {most // MEGABYTE} MB", bad=True),
                )
                .props("flat")
                .props("data-mark=upload")
            )
            self._fault = ui.label("").classes("fault small").props("role=alert")

    def refresh(self) -> None:
        """Show the pages that there are."""
        self._quiet = True
        self._choice.set_options(
            {sheet.key: sheet.name for sheet in self._table.sheets}, value=self._screen.session.sheet or None
        )
        self._choice.set_visibility(bool(self._table.sheets))
        self._quiet = False

    def _chosen(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        if not self._quiet and event.value and event.value != self._screen.session.sheet:
            self._screen.session.choose_sheet(event.value)
            self._screen.refresh()

    async def _uploaded(self, event: events.UploadEventArguments) -> None:
        data, name = await event.file.read(), event.file.name
        try:
            added = await self._screen.in_slow(lambda: self._table.add_upload(data, name))
        except OcrPrepError as error:
            self._fault.text = str(error)
            return
        self._fault.text = ""
        self._upload.reset()
        self._screen.session.choose_sheet(added[0].key)
        self._screen.refresh()
