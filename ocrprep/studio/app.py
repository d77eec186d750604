"""The studio's server: on this machine only, behind its guard, until it is interrupted."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.errors import OcrPrepError
from ocrprep.studio.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from ocrprep.studio.session import Session

_HOST = "127.0.0.1"
_STATIC = Path(__file__).parent / "static"
_FILES = {"studio.css": "text/css", "studio.js": "text/javascript"}
_NEVER_THE_SAME = {"cache-control": "private, max-age=3600, immutable"}


class StudioError(OcrPrepError):
    """The studio cannot be started; the message says what to do."""


def check_installed() -> None:
    """Nothing where the studio's library is installed.

    Raises:
        StudioError: it is not.
    """
    if importlib.util.find_spec("nicegui") is None:
        raise StudioError("the studio needs NiceGUI", hint='pip install "ocrprep[studio]"')


def serve(session: Session, *, port: int = 0, upload_bytes: int, started: Callable[[str], None]) -> None:
    """Serve the studio until it is interrupted.

    Args:
        session: what it works on.
        port: 0 takes a free one.
        upload_bytes: what one upload may weigh.
        started: called with the link, which has the token, when the server listens.

    Raises:
        StudioError: NiceGUI is not installed, or the port is taken.
    """
    check_installed()
    import uvicorn  # noqa: PLC0415 - only the studio needs it

    listening = _listening(port)
    guard = Guard(_application(session), port=listening.getsockname()[1], upload_bytes=upload_bytes)
    config = uvicorn.Config(
        guard,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started(guard.link)

    from ocrprep.studio.screen import rest  # noqa: PLC0415

    try:
        with listening, contextlib.suppress(KeyboardInterrupt):
            Server(config).run(sockets=[listening])
    finally:
        rest()


def _listening(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((_HOST, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise StudioError(
            f"port {port} cannot be used: {getattr(error, 'strerror', None) or error}",
            hint="choose another with --port, or leave it out",
        ) from error
    return made


def _application(session: Session) -> FastAPI:
    import logging  # noqa: PLC0415

    from fastapi import FastAPI, HTTPException  # noqa: PLC0415
    from fastapi.responses import Response  # noqa: PLC0415
    from nicegui import ui  # noqa: PLC0415

    from ocrprep.studio.screen import Screen  # noqa: PLC0415

    # What goes wrong is told on the screen; pages that are left open say so at every restart.
    logging.getLogger("nicegui").setLevel(logging.CRITICAL)
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    def answer(found: tuple[bytes, str] | None) -> Response:
        if found is None:
            raise HTTPException(404, "there is no such picture any more")
        return Response(found[0], media_type=found[1], headers=_NEVER_THE_SAME)

    @application.get("/preview/{name}")
    def preview(name: str) -> Response:
        return answer(session.pictures.get(name))

    @application.get("/full/{name}")
    def full(name: str) -> Response:
        return answer(session.pictures.get_page(name))

    @application.get("/studio/{name}")
    def static(name: str) -> Response:
        return answer(((_STATIC / name).read_bytes(), _FILES[name]) if name in _FILES else None)

    @ui.page("/")
    def studio() -> None:
        Screen(session).build()

    ui.run_with(
        application, title="ocrprep studio", dark=None, tailwind=False, reconnect_timeout=20, show_welcome_message=False
    )
    return application
