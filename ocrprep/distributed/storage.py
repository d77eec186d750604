"""Files wherever they lie: this machine's disks, or any file system of pyarrow or fsspec, such as an object store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.decode.kinds import HEAD_BYTES, sniff
from ocrprep.errors import InputError, InputLimitError, OutputError
from ocrprep.inputs.natural import is_junk, natural_key, wanted
from ocrprep.inputs.url import download, without_user
from ocrprep.outputs.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow import fs

    from ocrprep.limits import Limits


class Storage:
    """Opens files by their addresses; can be pickled.

    Args:
        filesystem: of pyarrow or of fsspec; None goes by each address: a path without a scheme is on this machine's
            disks, ``s3://`` and the like are pyarrow's, and what that does not know is fsspec's.
    """

    def __init__(self, filesystem: Any = None) -> None:
        self._filesystem = filesystem

    def listed(self, uri: str, *, recursive: bool) -> Iterator[str]:
        """The address itself if it is a file; the files of a folder that look like pages, in natural order.

        A file that is missing is among them: opening it says so.

        Args:
            uri: of a file or a folder.
            recursive: also the files in the folder's folders.

        Raises:
            InputError: the storage does not answer, or a folder has no pages.
        """
        from pyarrow import fs  # noqa: PLC0415 - heavy, and an extra

        if self._is_web(uri):
            yield uri
            return
        system, path = self.place(uri)
        try:
            if system.get_file_info(path).type is not fs.FileType.Directory:
                yield uri
                return
            found = system.get_file_info(fs.FileSelector(path, recursive=recursive))
        except OSError as error:
            raise InputError(f"cannot be listed: {error}", source=uri) from error
        root = path.rstrip("/")
        # Some file systems name a folder with a slash in front, and others do not.
        begins = len(root.lstrip("/"))
        files = [info.path.lstrip("/") for info in found if info.type is fs.FileType.File]
        names = [name[begins:].lstrip("/") for name in files]
        names = sorted((name for name in names if _is_page(system, root, name)), key=natural_key)
        if not names:
            hint = "" if recursive else "look into its folders with recursive=True"
            raise InputError("no images or documents in this folder", source=uri, hint=hint)
        yield from (f"{uri.rstrip('/')}/{name}" for name in names)

    def name(self, uri: str) -> str:
        """The address as results show it: without a password."""
        return without_user(uri) if self._is_web(uri) else uri

    def read(self, uri: str, limits: Limits) -> bytes:
        """All bytes of a file. Web addresses are fetched with the same care as those of an ``OcrInput``.

        Args:
            uri: of the file.
            limits: of bytes, and of addresses.

        Raises:
            InputError: it cannot be read.
            InputLimitError: it is larger.
        """
        if self._is_web(uri):
            with download(uri, self.name(uri), limits).open() as stream:
                return stream.read()
        limit = limits.max_total_bytes
        try:
            system, path = self.place(uri)
            with system.open_input_file(path) as file:
                if file.size() > limit:
                    raise InputLimitError(f"more bytes than Limits.max_total_bytes = {limit}", source=uri)
                return bytes(file.read())
        except OSError as error:
            raise InputError(f"cannot be read: {error}", source=uri, hint="check the address and the rights") from error

    def write(self, uri: str, data: bytes) -> None:
        """Write a file, whole or not at all; its folders are made.

        Raises:
            OutputError: it cannot be written.
        """
        from pyarrow import fs  # noqa: PLC0415 - as above

        try:
            system, path = self.place(uri)
            system.create_dir(path.rpartition("/")[0], recursive=True)
            if isinstance(system, fs.LocalFileSystem):
                write_whole(Path(path), data)
                return
            with system.open_output_stream(path) as stream:
                stream.write(data)
        except (OSError, InputError) as error:
            raise OutputError(f"cannot be written: {error}", path=uri) from error

    def _is_web(self, uri: str) -> bool:
        return self._filesystem is None and uri.lower().startswith(("http://", "https://"))

    def place(self, uri: str) -> tuple[fs.FileSystem, str]:
        """The file system of an address, and the path in it.

        Raises:
            InputError: no file system knows such an address.
        """
        from pyarrow import ArrowInvalid, fs  # noqa: PLC0415 - as above

        given = self._filesystem
        if given is not None:
            path = uri.partition("://")[2] if "://" in uri else uri
            return (given if isinstance(given, fs.FileSystem) else fs.PyFileSystem(fs.FSSpecHandler(given))), path
        if "://" not in uri:
            return fs.LocalFileSystem(), uri
        try:
            system, path = fs.FileSystem.from_uri(uri)
        except (ArrowInvalid, OSError):
            return _of_fsspec(uri)
        return system, path


def _is_page(system: fs.FileSystem, root: str, name: str) -> bool:
    if is_junk(name):
        return False
    choice = wanted(name)
    if choice is not None:
        return choice
    try:
        with system.open_input_file(f"{root}/{name}") as file:
            return sniff(bytes(file.read(HEAD_BYTES))) is not None
    except OSError:
        return False


def _of_fsspec(uri: str) -> tuple[fs.FileSystem, str]:
    from pyarrow import fs  # noqa: PLC0415 - as above

    try:
        import fsspec  # noqa: PLC0415 - as above

        system, path = fsspec.core.url_to_fs(uri)
    except (ImportError, ValueError) as error:
        raise InputError(f"no file system for this address: {error}", source=uri) from error
    return fs.PyFileSystem(fs.FSSpecHandler(system)), path
