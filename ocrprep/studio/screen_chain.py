"""The chain: its steps to add, order, switch off and take away, and the controls of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import events, ui

from ocrprep.errors import OcrPrepError
from ocrprep.filters import registry
from ocrprep.studio.controls import GROUPS, group_of, one_line
from ocrprep.studio.screen_tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocrprep.studio.draft import DraftStep
    from ocrprep.studio.screen import Screen

_NAMES = [name for name, _ in GROUPS]


def offered() -> dict[str, str]:
    """Every filter with its heading, its name and one line about it, in the order of the headings."""
    known = registry()

    def place(kind: str) -> tuple[int, str]:
        group = group_of(kind)
        return (_NAMES.index(group) if group in _NAMES else len(_NAMES), kind)

    return {kind: f"{group_of(kind)} · {kind}: {one_line(known[kind])}" for kind in sorted(known, key=place)}


class ChainPanel:
    """The chain that is being edited.

    Args:
        screen: that it is a part of.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        with ui.element("section").classes("card order-chain").props('aria-label="Chain"'):
            self._heading()
            self._adding = ui.select(offered(), label="Add a filter", with_input=True, on_change=self._add)
            self._adding.props("outlined dense options-dense behavior=menu input-debounce=0").props("data-mark=add")
            self._steps = ui.element("div").classes("steps").props("role=list")
            self._fault = ui.label("").classes("fault small").props("role=alert").props("data-mark=chain-fault")
            with ui.element("div").classes("row-line"):
                ui.button("Auto", icon="auto_fix_high", on_click=lambda: self._auto(replace=True)).props(
                    "unelevated dense no-caps text-color=on-accent padding='2px 10px'"
                ).props("data-mark=auto").tooltip("Look at the page, and put what it needs in the place of this chain")
                ui.button("Append auto", on_click=lambda: self._auto(replace=False)).props("flat dense no-caps").props(
                    "data-mark=append-auto"
                ).tooltip("Look at the page after this chain, and add what it still needs")
                ui.element("div").classes("grow")
                ui.button(icon="undo", on_click=self._undo).props('flat round dense aria-label="Undo"').props(
                    "data-mark=undo"
                ).tooltip("Undo the last change of this chain")
                ui.button(icon="delete_sweep", on_click=self._clear).props(
                    'flat round dense aria-label="Remove all steps"'
                ).tooltip("Remove all steps")
            self._reason = ui.label("").classes("soft small").props("role=status").props("data-mark=reason")
        with ui.element("section").classes("card order-tune").props('aria-label="Parameters"') as self._tuned:
            self.tuning = Tuning(screen)

    def _heading(self) -> None:
        session = self._screen.session
        with ui.element("div").classes("row-line"):
            ui.html("<h2>Chain</h2>", sanitize=False)
            self._side = ui.toggle(["A", "B"], value=session.current, on_change=self._switch_side).props(
                'dense unelevated toggle-text-color=on-accent padding="2px 9px" aria-label="Which chain is edited"'
            )
            self._side.props("data-mark=side")
            ui.button("Copy to other", on_click=self._copy).props("flat dense no-caps").props("data-mark=copy").tooltip(
                "Make the other chain the same as this one"
            )
            self._compare = ui.switch("Compare", value=session.comparing, on_change=self._set_comparing).props("dense")
            self._compare.props("data-mark=compare").tooltip("Show what both chains make, side by side")

    def refresh(self) -> None:
        """Show the steps that there are."""
        session = self._screen.session
        self._fault.text = ""
        self._side.value, self._compare.value = session.current, session.comparing
        self._steps.clear()
        with self._steps:
            for place, step in enumerate(session.draft.steps):
                self._row(place, step)
            if not session.draft.steps:
                ui.label("No steps: the page stays as it came. Add a filter, or press Auto.").classes("soft small")
        self._tuned.set_visibility(session.side.selected is not None)
        self.tuning.refresh()

    def _row(self, place: int, step: DraftStep) -> None:
        session, key, name = self._screen.session, step.key, step.filter.kind
        chosen = session.side.selected == key
        row = ui.element("div").classes("step").props("role=listitem").props(f"data-mark=step-{place + 1}")
        row.classes(("chosen " if chosen else "") + ("" if step.on else "off"))
        row.on("keydown.alt.up.prevent", lambda: self._do(lambda: session.move(key, -1)))
        row.on("keydown.alt.down.prevent", lambda: self._do(lambda: session.move(key, 1)))
        row.on("keydown.delete.prevent", lambda: self._do(lambda: session.remove(key)))
        with row:
            button = ui.button(on_click=lambda: self._do(lambda: session.select(key))).props("flat dense no-caps")
            button.classes("name").props(f"aria-pressed={'true' if chosen else 'false'}")
            button.tooltip(f"{one_line(type(step.filter))}. Alt+↑ and Alt+↓ move it, Delete removes it.")
            with button:
                ui.label(f"{place + 1}").classes("ord")
                ui.label(name)
            ui.switch(value=step.on, on_change=lambda event: self._do(lambda: session.switch(key, event.value))).props(
                f'dense size=xs aria-label="{name}: on"'
            ).props("data-mark=on")
            for icon, by, label in (("arrow_upward", -1, "earlier"), ("arrow_downward", 1, "later")):
                move = ui.button(icon=icon, on_click=lambda by=by: self._do(lambda: session.move(key, by)))
                move.props(f'flat round dense size=sm aria-label="{name}: {label}"').props(f"data-mark={label}")
                move.set_enabled(0 <= place + by < len(session.draft.steps))
            ui.button(icon="close", on_click=lambda: self._do(lambda: session.remove(key))).props(
                f'flat round dense size=sm aria-label="{name}: remove"'
            ).props("data-mark=remove")

    def fault(self, enabled: int, message: str) -> None:
        """Tell that a step failed.

        Args:
            enabled: its 0-based place among the steps that are switched on.
            message: why.
        """
        steps = [(place, step) for place, step in enumerate(self._screen.session.draft.steps, 1) if step.on]
        if enabled < len(steps):
            place, step = steps[enabled]
            self._fault.text = f"Step {place} ({step.filter.kind}): {message}"

    def clear_fault(self) -> None:
        """All steps did their work."""
        self._fault.text = ""

    def _do(self, change: Callable[[], object]) -> None:
        change()
        self._screen.refresh()

    def _add(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        if not event.value:
            return
        try:
            self._screen.session.add(event.value)
        except OcrPrepError as error:
            self._screen.tell(str(error), bad=True)
        self._adding.value = None
        self._screen.refresh()

    def _switch_side(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        name = event.value
        if name and name != self._screen.session.current:
            self._do(lambda: self._screen.session.switch_side(name))

    def _set_comparing(self, event: events.ValueChangeEventArguments[bool | None]) -> None:
        session = self._screen.session
        if event.value != session.comparing:
            session.comparing = bool(event.value)
            session.changed()
            self._screen.refresh()

    def _copy(self) -> None:
        self._do(self._screen.session.copy_to_other)
        self._screen.tell("Copied: switch to the other chain to change it")

    def _undo(self) -> None:
        if not self._screen.session.undo():
            self._screen.tell("Nothing to undo")
        self._screen.refresh()

    def _clear(self) -> None:
        self._do(lambda: self._screen.session.replace(()))

    async def _auto(self, *, replace: bool) -> None:
        session = self._screen.session
        job = session.job(whole=True)
        if job is None:
            self._screen.tell("Add a page first", bad=True)
            return
        self._reason.text = "Looking at the page …"
        start = type(job)(job.sheet, job.chain[:0]) if replace else job
        try:
            chain, reason = await self._screen.in_reader(lambda: session.chosen(start))
        except OcrPrepError as error:
            self._reason.text = str(error)
            return
        session.replace(chain)
        self._reason.text = f"Auto: {reason}" + ("; nothing to do" if not chain else "")
        self._screen.refresh()
