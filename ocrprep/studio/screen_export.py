"""Taking the work away: the chain as text or a file, the images into the studio's folder, and a chain file back in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import events, ui

from ocrprep.errors import OcrPrepError
from ocrprep.studio.exports import exported, read_chain, save_pages

if TYPE_CHECKING:
    from ocrprep.studio.screen import Screen

_CHAIN_BYTES = 200_000
_TITLES = {"yaml": "YAML", "python": "Python", "command": "Command line"}


class ExportPanel:
    """Export, load and save.

    Args:
        screen: that it is a part of.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._codes: dict[str, ui.label] = {}
        with ui.element("section").classes("card order-export").props('aria-label="Export"'):
            ui.html("<h2>Take it away</h2>", sanitize=False)
            with ui.tabs().props("dense no-caps align=left") as tabs:
                for notation, title in _TITLES.items():
                    ui.tab(notation, title)
            with ui.tab_panels(tabs, value="yaml").props("animated=false").style("background: transparent"):
                for notation, title in _TITLES.items():
                    with ui.tab_panel(notation).style("padding: 0"):
                        self._codes[notation] = ui.label("").classes("code").props(f"data-mark=code-{notation}")
                        if notation == "command":
                            self._codes[notation].classes("wrap")
                        ui.button("Copy", icon="content_copy", on_click=lambda n=notation: self._copy(n)).props(
                            f'flat dense no-caps aria-label="Copy {title}"'
                        ).props(f"data-mark=copy-{notation}")
            self._files()

    def _files(self) -> None:
        with ui.element("div").classes("row-line"):
            ui.button("Download YAML", icon="download", on_click=self._download).props("flat dense no-caps").props(
                "data-mark=download"
            )
            ui.button("Load a chain", icon="upload_file", on_click=self._pick).props("flat dense no-caps")
            self._loader = ui.upload(
                auto_upload=True, max_file_size=_CHAIN_BYTES, on_upload=self._loaded, label="Chain file"
            ).style("display: none")
            self._loader.props("data-mark=load")
        with ui.element("div").classes("row-line"):
            self._folder = ui.input("Folder inside the output folder").props("outlined dense").classes("grow")
            self._folder.props("data-mark=folder")
            self._all = ui.checkbox("All pages", value=False).props("dense")
            ui.button("Save images", icon="save", on_click=self._save).props("flat dense no-caps").props(
                "data-mark=save"
            )
        self._told = ui.label(f"Images are saved in {self._screen.session.output}").classes("soft small")
        self._told.props("role=status").style("overflow-wrap: anywhere").props("data-mark=saved")

    def refresh(self) -> None:
        """Show the chain as it is now."""
        session = self._screen.session
        sheet = next((item for item in session.table.sheets if item.key == session.sheet), None)
        name = sheet.ref.source.uri.replace("\\", "/").rsplit("/", 1)[-1] if sheet else "page.png"
        for notation, label in self._codes.items():
            label.text = exported(session.draft.chain, notation, name)

    def _copy(self, notation: str) -> None:
        self.refresh()
        text = self._codes[notation].text
        ui.clipboard.write(text)
        self._screen.tell("Copied")

    def _download(self) -> None:
        ui.download.content(self._screen.session.draft.chain.to_yaml(), "chain.yaml", "application/yaml")

    def _pick(self) -> None:
        self._loader.run_method("pickFiles")

    async def _loaded(self, event: events.UploadEventArguments) -> None:
        self._loader.reset()
        try:
            text = (await event.file.read()).decode("utf-8-sig")
            chain = read_chain(text, event.file.name)
        except UnicodeDecodeError:
            self._screen.tell("the chain file is not UTF-8 text", bad=True)
            return
        except OcrPrepError as error:
            self._screen.tell(str(error), bad=True)
            return
        self._screen.session.replace(chain)
        self._screen.refresh()

    async def _save(self) -> None:
        session = self._screen.session
        chosen = [item.ref for item in session.table.sheets if self._all.value or item.key == session.sheet]
        if not chosen:
            self._screen.tell("Add a page first", bad=True)
            return
        chain, inner = session.draft.chain, self._folder.value or ""
        self._told.text = "Saving …"
        try:
            saved = await self._screen.in_reader(
                lambda: save_pages(chosen, chain, session.output, inner=inner, evidence=session.engine)
            )
        except OcrPrepError as error:
            self._told.text = f"Not saved: {error}"
            return
        self._told.text = "Saved: " + ", ".join(str(item.path) for item in saved[:5]) + (" …" if len(saved) > 5 else "")
