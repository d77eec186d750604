"""ZIP archives, read in place: nothing is unpacked to disk under a name that the archive chose."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import tempfile
import zipfile
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO

from ocrprep.decode.kinds import HEAD_BYTES, sniff
from ocrprep.decode.picture import at_the_door
from ocrprep.errors import DecodeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs.blobs import MEMORY_BYTES, Blob
from ocrprep.inputs.items import Item, Lease, failed, opened
from ocrprep.inputs.natural import is_junk, natural_key, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from ocrprep.inputs.options import InputOptions, PageRange
    from ocrprep.page import PageRef

_SMALL = 10_000_000
"""Members that unpack to less are never bombs: a blank page may well pack a thousand times smaller."""
_LOCKED = 0x1
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_ENTRY = 1024
_OTHER_USES = frozenset({"[content_types].xml", "mimetype", "meta-inf/manifest.mf"})


class Budget:
    """What one archive and all archives in it may still take."""

    def __init__(self, options: InputOptions) -> None:
        self._limits = options.limits
        self._items = 0
        self._bytes = 0

    def take(self, items: int, size: int, uri: str) -> None:
        """Book the members of an archive before any of them is unpacked.

        Raises:
            InputLimitError: naming the limit.
        """
        self._items += items
        self._bytes += size
        for name, used, limit in (
            ("max_items", self._items, self._limits.max_items),
            ("max_total_bytes", self._bytes, self._limits.max_total_bytes),
        ):
            if used > limit:
                unit = "files" if name == "max_items" else "bytes"
                raise InputLimitError(
                    f"it unpacks to {used} {unit}, more than Limits.{name} = {limit}",
                    source=uri,
                    hint="raise the limit if the archive really holds as much",
                )


class Archive(Item):
    """A ZIP file: its images and documents in natural order of their paths, also those in folders and inner archives.

    Other files are left out without a word; one that is meant to be a page and cannot be opened fails in its place.

    Args:
        blob: its bytes.
        options: limits and password.
        open_member: makes an item of a member, one level deeper.
        depth: archives around this one.
        budget: shared with the archives around this one.
    """

    def __init__(
        self,
        blob: Blob,
        options: InputOptions,
        open_member: Callable[[Blob, int, Budget], Item],
        depth: int = 0,
        budget: Budget | None = None,
    ) -> None:
        self.uri = blob.uri
        if depth > options.limits.max_nesting:
            raise InputLimitError(
                f"an archive inside {depth} others; Limits.max_nesting = {options.limits.max_nesting}", source=self.uri
            )
        self._blob, self._options, self._open_member = blob, options, open_member
        self._depth, self._budget = depth, budget
        self._lease: Lease[zipfile.ZipFile] = Lease()

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        with self._blob.open() as stream, ExitStack() as stack:
            with at_the_door(self.uri, doing="opened"):
                _check_directory(stream, self._options.limits.max_items)
                archive = stack.enter_context(zipfile.ZipFile(stream))
            yield archive

    def held(self) -> AbstractContextManager[zipfile.ZipFile]:
        """The open archive."""
        return self._lease(self._open)

    @property
    def password(self) -> bytes | None:
        """For locked members."""
        password = self._options.password
        return None if password is None else password.encode()

    def prepare(self, pages: PageRange) -> None:
        """Look at the table of contents; open the members only to count their pages."""
        with self.held() as archive:
            with at_the_door(self.uri, doing="listed"):
                self._members(archive, Budget(self._options))
            super().prepare(pages)

    def refs(self) -> Generator[PageRef, None, None]:
        """The pages of all members; one member at a time is unpacked."""
        budget = self._budget or Budget(self._options)
        with ExitStack() as stack:
            try:
                archive = stack.enter_context(self.held())
                with at_the_door(self.uri, doing="listed"):
                    members = self._members(archive, budget)
            except InputError as error:
                yield failed(self.uri, error)
                return
            for info in members:
                yield from self._item(info, budget).refs()

    def _item(self, info: zipfile.ZipInfo, budget: Budget) -> Item:
        member = Member(self, info)

        def make() -> Item:
            self._check_member(info, member.uri)
            return self._open_member(member, self._depth + 1, budget)

        return opened(member.uri, make)

    def _members(self, archive: zipfile.ZipFile, budget: Budget) -> list[zipfile.ZipInfo]:
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if any(info.filename.lower() in _OTHER_USES for info in infos):
            raise UnsupportedFormatError(
                "an office document, an e-book or a program, not an archive of pages",
                source=self.uri,
                hint="save it as PDF first",
            )
        named = [(info, wanted(info.filename)) for info in infos if not is_junk(info.filename)]
        budget.take(len(infos), sum(info.file_size for info, choice in named if choice is not False), self.uri)
        pages = [info for info, choice in named if choice or (choice is None and self._is_page(info))]
        if not pages:
            raise InputError("no images or documents in this archive", source=self.uri)
        if self.password is None and any(info.flag_bits & _LOCKED for info in pages):
            raise DecodeError("locked with a password", source=self.uri, hint='open it with OcrInput(…, password="…")')
        return sorted(pages, key=lambda info: natural_key(info.filename))

    def _is_page(self, info: zipfile.ZipInfo) -> bool:
        try:
            return sniff(Member(self, info).head()) is not None
        except InputError:
            # Nothing in its name says that it was meant to be a page.
            return False

    def _check_member(self, info: zipfile.ZipInfo, uri: str) -> None:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            raise InputError("its name leads out of the archive", source=uri, hint="such archives are made to do harm")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InputError("a link to a file, not a file", source=uri)
        ratio = info.file_size / max(info.compress_size, 1)
        limit = self._options.limits.max_ratio
        if ratio > limit and info.file_size > _SMALL:
            raise InputLimitError(
                f"it unpacks to {ratio:.0f} times its size, Limits.max_ratio = {limit:g}",
                source=uri,
                hint="raise the limit if the file is no bomb",
            )


class Member(Blob):
    """One file of an archive, unpacked whenever it is opened: into memory, or into a nameless file if it is large."""

    def __init__(self, archive: Archive, info: zipfile.ZipInfo) -> None:
        super().__init__(f"{archive.uri}!{info.filename}")
        self._archive, self._info = archive, info

    def head(self) -> bytes:
        """The first bytes alone."""
        with self._unpacking() as member:
            return member.read(HEAD_BYTES)

    def open(self) -> BinaryIO:
        """Unpack it; the archive's checksum is compared."""
        digest = hashlib.sha256()
        with ExitStack() as undo, self._unpacking() as member:
            sink: BinaryIO = io.BytesIO()
            if self._info.file_size > MEMORY_BYTES:
                sink = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
            undo.callback(sink.close)
            # zipfile stops at the declared size, which the budget knows, whatever the packed bytes go on to say.
            while block := member.read(1 << 20):
                digest.update(block)
                sink.write(block)
            undo.pop_all()
        self._known = (self._state(), digest.hexdigest())
        sink.seek(0)
        return sink

    @contextmanager
    def _unpacking(self) -> Iterator[IO[bytes]]:
        with self._archive.held() as archive, at_the_door(self.uri, doing="unpacked"):
            try:
                member = archive.open(self._info, pwd=self._archive.password)
            except RuntimeError as error:
                if "password" in str(error):
                    raise DecodeError("locked with another password than the one given") from error
                raise
            with member:
                yield member


def _check_directory(stream: BinaryIO, max_items: int) -> None:
    """Refuse a table of contents by its declared length, before zipfile makes an object of each entry."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    end = tail.rfind(_END)
    if end >= 0 and end + 22 <= len(tail):
        entries, length = struct.unpack_from("<HI", tail, end + 10)
        locator = tail.rfind(_LOCATOR64, 0, end)
        if length == 0xFFFFFFFF and locator >= 0:
            stream.seek(min(struct.unpack_from("<Q", tail, locator + 8)[0], size))
            record = stream.read(56)
            if record.startswith(_END64) and len(record) == 56:
                entries, length = struct.unpack_from("<QQ", record, 32)
        if length > size or length > max_items * _LONGEST_ENTRY:
            problem = f"its table of contents of {length} bytes, {entries} entries, is"
            if length > size:
                raise DecodeError(f"damaged or truncated: {problem} longer than the file")
            raise InputLimitError(f"{problem} more than Limits.max_items = {max_items} allows")
    stream.seek(0)
