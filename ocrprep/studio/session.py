"""What one studio is working on: pages, two chains, what was read; knows nothing of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.chain import FilterChain
from ocrprep.choices import choices_of
from ocrprep.errors import RecognizerError
from ocrprep.filters import lookup
from ocrprep.studio import controls
from ocrprep.studio.draft import Draft
from ocrprep.studio.engine import Engine
from ocrprep.studio.files import MEGABYTE, Table
from ocrprep.studio.pictures import Pictures
from ocrprep.studio.previews import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocrprep.filters.base import Filter
    from ocrprep.geometry import Rectangle
    from ocrprep.page import Page
    from ocrprep.result import RecognitionResult

SIDES = ("A", "B")
_UNDONE = 100


@dataclass(frozen=True, slots=True)
class Job:
    """What a picture is to show: enough to make it in another thread, whatever is changed meanwhile.

    Args:
        sheet: key of the page.
        chain: up to the step that is shown.
    """

    sheet: str
    chain: FilterChain


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, and of what.

    Args:
        job: page and chain.
        result: None where it could not be read.
        problem: why it could not, and what to do.
    """

    job: Job
    result: RecognitionResult | None = None
    problem: str = ""


@dataclass
class Side:
    """One of the two chains.

    Args:
        draft: its steps.
        selected: key of the step that is tuned and shown; None is the page as it came.
        read: what was read last.
        undone: earlier states, the latest last.
    """

    draft: Draft = field(default_factory=Draft)
    selected: int | None = None
    read: Read | None = None
    undone: list[tuple[Draft, int | None]] = field(default_factory=list)


class Session:
    """The studio's state. Change it from one thread; what returns a page, a text or a choice may run in others.

    Args:
        chain: to begin with.
        output: the folder that images may be saved into.
        engine: that reads.
        upload_bytes: what one upload may weigh.
    """

    def __init__(
        self,
        chain: Iterable[Filter] = (),
        *,
        output: Path | None = None,
        engine: Engine | None = None,
        upload_bytes: int = 100 * MEGABYTE,
    ) -> None:
        self.table = Table(upload_bytes)
        self.engine = engine or Engine()
        self.renderer = Renderer(self.engine)
        self.pictures = Pictures()
        self.output = (output or Path.cwd()).resolve()
        self.sides = {name: Side() for name in SIDES}
        self.current = SIDES[0]
        self.comparing = False
        self.sheet = ""
        self.version = 0
        self.replace(chain)
        self.side.undone.clear()

    @property
    def side(self) -> Side:
        """The chain that is being edited."""
        return self.sides[self.current]

    @property
    def draft(self) -> Draft:
        """Its steps."""
        return self.side.draft

    def changed(self) -> None:
        """Every screen has to look again."""
        self.version += 1

    def choose_sheet(self, key: str) -> None:
        """Show another page."""
        self.sheet = key
        self.changed()

    def select(self, key: int | None) -> None:
        """Show and tune another step; None is the page as it came."""
        if key is not None:
            self.draft.place(key)
        self.side.selected = key
        self.changed()

    def switch_side(self, name: str) -> None:
        """Edit the other chain."""
        self.current = name
        self.changed()

    def copy_to_other(self) -> None:
        """Make the other chain the same as this one."""
        other = self.sides[SIDES[1 - SIDES.index(self.current)]]
        other.undone.append((other.draft, other.selected))
        other.draft = self.draft.copied()
        other.selected = other.draft.steps[-1].key if other.draft.steps else None
        other.read = self.side.read
        self.changed()

    def add(self, kind: str) -> int:
        """Add a filter after the selected step, or at the end where none is; returns its key.

        Raises:
            ConfigError: no such filter.
        """
        after = self.side.selected
        item = controls.suggested(lookup(kind), self._page_at(after))
        draft, key = self.draft.added(item, after)
        self._edit(draft, key)
        return key

    def _page_at(self, key: int | None) -> Page | None:
        """The full-size page after a step where it is at hand: adding a filter must not wait for another."""
        if not self.sheet:
            return None
        chain = self.draft.until(key)
        page = self.renderer.known(self.sheet, chain)
        return page or (self.table.page(self.sheet) if not chain else None)

    def remove(self, key: int) -> None:
        """Take a step away; the one before it is selected."""
        place = self.draft.place(key)
        draft = self.draft.removed(key)
        selected = self.side.selected
        if selected == key:
            steps = draft.steps
            selected = steps[max(0, place - 1)].key if steps else None
        self._edit(draft, selected)

    def move(self, key: int, by: int) -> None:
        """Move a step so many places later; negative is earlier."""
        self._edit(self.draft.moved(key, by), key)

    def switch(self, key: int, on: bool) -> None:
        """Switch a step on or off."""
        self._edit(self.draft.switched(key, on), self.side.selected)

    def tune(self, key: int, name: str, value: object) -> None:
        """Set one parameter of a step.

        Raises:
            ValueError: with the filter's own words.
        """
        item = self.draft.step(key).filter
        self._edit(self.draft.tuned(key, controls.changed(item, name, value)), self.side.selected, joins=True)

    def reset(self, key: int, control: controls.Control) -> None:
        """Set one parameter of a step to its default."""
        self._edit(self.draft.tuned(key, controls.reset(self.draft.step(key).filter, control)), self.side.selected)

    def set_area(self, key: int, area: Rectangle | None) -> None:
        """Let a step change only a part of the page; None is all of it.

        Raises:
            ValueError: the filter needs one.
        """
        self.tune(key, "area", None if area is None else list(area))

    def replace(self, chain: Iterable[Filter]) -> None:
        """Put another chain in the place of this one; its last step is selected."""
        draft = Draft.of(chain)
        self._edit(draft, draft.steps[-1].key if draft.steps else None)

    def undo(self) -> bool:
        """Take back the last change of this chain; tells whether there was one."""
        if not self.side.undone:
            return False
        self.side.draft, self.side.selected = self.side.undone.pop()
        self.changed()
        return True

    def _edit(self, draft: Draft, selected: int | None, *, joins: bool = False) -> None:
        side = self.side
        # Moving a slider is one change, however many stops it passes.
        same_keys = [step.key for step in side.draft.steps] == [step.key for step in draft.steps]
        if not (joins and self._joining and same_keys and selected == side.selected):
            side.undone.append((side.draft, side.selected))
            del side.undone[:-_UNDONE]
        self._joining = joins
        side.draft, side.selected = draft, selected
        self.changed()

    _joining = False

    def job(self, name: str | None = None, *, whole: bool = False) -> Job | None:
        """What the picture of a side shows now: the page after its selected step, or after all; None without a page."""
        if not self.sheet:
            return None
        side = self.sides[name or self.current]
        return Job(self.sheet, side.draft.chain if whole else side.draft.until(side.selected))

    def prepared(self, job: Job, wanted: Callable[[], bool] = lambda: True) -> Page:
        """The full-size page after the job's chain.

        Raises:
            OutdatedError: it is not wanted any more.
            OcrPrepError: the page cannot be opened or a filter cannot do its work.
        """
        return self.renderer.full(job.sheet, self.table.page(job.sheet), tuple(job.chain), wanted)

    def previewed(self, job: Job) -> tuple[Page, bool]:
        """About what the job's chain makes of the page, and whether it is a preview and not the page itself.

        Raises:
            OcrPrepError: the page cannot be opened or a filter cannot do its work.
        """
        page = self.table.page(job.sheet)
        known = self.renderer.known(job.sheet, job.chain)
        if known is not None:
            return known, False
        made = self.renderer.preview(job.sheet, page, tuple(job.chain))
        return made, self.renderer.small(job.sheet, page)[1] < 1.0

    def read(self, job: Job) -> Read:
        """Read the full-size page after the job's chain; an engine that is missing is told, not raised.

        Raises:
            OcrPrepError: the page cannot be opened or a filter cannot do its work.
        """
        page = self.prepared(job)
        try:
            return Read(job, self.engine.read(page))
        except RecognizerError as error:
            return Read(job, problem=str(error))

    def chosen(self, job: Job) -> tuple[FilterChain, str]:
        """What ``auto`` does after the job's chain, as a chain that does it without choosing, and why.

        Raises:
            OcrPrepError: the page cannot be opened or a filter cannot do its work.
        """
        page = self.prepared(job)
        made = lookup("auto")()(page, evidence=self.engine)
        reasons = [choice.reason for choice in choices_of(made.steps) if choice.kind == "auto"]
        return FilterChain.from_steps(made.steps), reasons[-1] if reasons else ""
