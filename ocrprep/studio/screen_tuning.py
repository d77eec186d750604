"""The controls of one step, made from its filter's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from ocrprep.studio.controls import Control, controls_of, one_line, read_value, shown_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from nicegui.element import Element

    from ocrprep.filters.base import Filter
    from ocrprep.studio.screen import Screen

_AREA = Control(
    "area", "text", optional=True, description="the part of the page that the step changes; empty: all of it"
)


class Tuning:
    """The parameters of the selected step.

    Args:
        screen: that it is a part of.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._box = ui.element("div").style("display: flex; flex-direction: column; gap: 10px; min-width: 0")

    def refresh(self) -> None:
        """Show the controls of the step that is selected now."""
        session = self._screen.session
        self._box.clear()
        key = session.side.selected
        if key is None:
            return
        item = session.draft.step(key).filter
        with self._box:
            ui.html(f"<h2>{item.kind}</h2>", sanitize=False)
            ui.label(one_line(type(item))).classes("soft small")
            for control in controls_of(type(item)):
                _Knob(self._screen, key, item, control)
            self._area(key, item)

    def _area(self, key: int, item: Filter) -> None:
        _Knob(self._screen, key, item, _AREA, "x, y, width, height in pixels")
        with ui.element("div").classes("row-line"):
            ui.button("Draw an area", icon="crop_free", on_click=self._draw).props("flat dense no-caps").props(
                "data-mark=draw"
            )
            if item.area is not None:
                ui.label(f"{item.area.width} × {item.area.height} pixels").classes("soft small")

    def _draw(self) -> None:
        self._screen.panes[self._screen.session.current].draw()


class _Knob:
    """One parameter: what sets it, what is wrong with it, and the way back to its default."""

    def __init__(self, screen: Screen, key: int, item: Filter, control: Control, hint: str = "") -> None:
        self._screen, self._key, self._control = screen, key, control
        self._quiet = False
        self._shown: list[Any] = []
        value = item.parameters()[control.name]
        with ui.element("div").classes("control").props(f"data-mark=control-{control.name}") as self._box:
            name = control.name.replace("_", " ")
            label = ui.label(name).classes("label")
            if control.description:
                label.tooltip(control.description)
            self._widgets(name, value, hint)
            ui.button(icon="restart_alt", on_click=self._reset).props(
                f'flat round dense size=sm aria-label="{name}: default"'
            ).tooltip("Back to the default").props("data-mark=reset")

    def _widgets(self, name: str, value: Any, hint: str) -> None:
        control = self._control
        about = f'outlined dense hide-bottom-space aria-label="{name}"'
        made: Element
        if control.kind == "slider":
            slider = ui.slider(min=control.low, max=control.high, step=control.step, value=value, on_change=self._set)
            slider.props(f'aria-label="{name}"').props("data-mark=slider")
            made = ui.number(value=value, step=control.step, on_change=self._set).props(about).props("data-mark=number")
            self._shown = [slider, made]
        elif control.kind == "number":
            made = ui.number(value=value, step=control.step, on_change=self._set).props(about).props("data-mark=number")
            self._shown = [made.classes("wide")]
        elif control.kind == "switch":
            made = (
                ui.switch(value=bool(value), on_change=self._set)
                .props(f'dense aria-label="{name}"')
                .props("data-mark=switch")
            )
            self._shown = [made.classes("wide")]
        elif control.kind == "choice":
            made = ui.select(list(control.choices), value=value, on_change=self._set).props(about + " options-dense")
            self._shown = [made.classes("wide").props("data-mark=choice")]
        else:
            made = ui.input(value=shown_value(value), placeholder=hint or ("automatic" if control.optional else ""))
            made.on_value_change(self._set)
            self._shown = [made.classes("wide").props(about + " debounce=250").props("data-mark=text")]
        if isinstance(made, ValidationElement):
            # Else it would take back what the filter said, as it has no rule of its own.
            made.without_auto_validation()
        self._field = made

    def _set(self, event: Any) -> None:
        if self._quiet:
            return
        value = event.value
        if value is None and self._control.kind in {"slider", "number"}:
            return
        self._change(lambda: self._screen.session.tune(self._key, self._control.name, read_value(self._control, value)))
        self._mirror(event.sender, value)

    def _mirror(self, sender: Any, value: Any) -> None:
        self._quiet = True
        for widget in self._shown:
            if widget is not sender:
                widget.value = value
        self._quiet = False

    def _change(self, change: Callable[[], None]) -> None:
        problem = None
        try:
            change()
        except ValueError as error:
            problem = str(error)
        except KeyError:
            # The step was taken away in another tab.
            return
        if isinstance(self._field, ValidationElement):
            self._field.error = problem
        self._box.classes(add="wrong") if problem else self._box.classes(remove="wrong")
        if problem is None:
            self._screen.redraw()

    def _reset(self) -> None:
        session = self._screen.session
        if self._control is _AREA:
            self._change(lambda: session.set_area(self._key, None))
        else:
            self._change(lambda: session.reset(self._key, self._control))
        value = session.draft.step(self._key).filter.parameters()[self._control.name]
        self._mirror(None, shown_value(value) if self._control.kind == "text" else value)
