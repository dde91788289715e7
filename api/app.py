"""Create the FastAPI application.

A server is started by `uvicorn --factory api.app:create_app`. Pages fetch nothing from other sites, so FastAPI's
documentation pages, which do, are off; `/openapi.json` is served.
"""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles

from api.assets import STATIC, version
from api.dependencies import State
from api.errors import HANDLERS
from api.keys import Keyring
from api.lanes import Lanes
from api.limits import Limits
from api.middleware import add_headers, answer_head, catch_failures, compress_files, limit_body
from api.routes import pages, public, staff
from api.serving import Serving
from qa import Assistant, Intake, Settings
from qa.records.database import Database
from qa.records.recording import Recorder

MOST_FORMS = 10_000  # that were answered and are not answered anew; each is known by 16 characters


def create_app(assistant: Assistant | None = None, settings: Settings | None = None) -> FastAPI:
    """Build the application; without an assistant, it loads the current generation when it starts and when it changes.

    If that fails, it starts all the same, and shows the help card, which needs neither index nor model.
    """
    chosen = settings or Settings()

    app = FastAPI(
        title="Waymark",
        version="1",
        description="Answers about the work of IOM and about counter-trafficking, with a source for every sentence.",
        lifespan=lambda _: _running(chosen, assistant),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
    )
    app.include_router(public.router)
    app.include_router(staff.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    for path in (f"/widget/{version()}", "/widget"):
        app.mount(path, StaticFiles(directory=STATIC / "widget"))
    for middleware in (
        limit_body,
        compress_files,
        answer_head,
        catch_failures,
        add_headers,
    ):  # the last one added is the outermost
        app.add_middleware(middleware)
    # Outermost, so that a page of an allowed site can read refusals too. No cookies are used, so none are allowed.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=chosen.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
    )
    return app


@asynccontextmanager
async def _running(settings: Settings, assistant: Assistant | None) -> AsyncIterator[State]:
    """Yield the state of the application, and end what runs beside it."""
    lanes, serving, database = Lanes(settings), Serving(settings, assistant), Database(settings.database_url)
    intake = Intake.from_settings(settings)
    recorder = Recorder(database, intake, settings.records_days) if settings.records else None
    async with serving.kept_current(lanes) if assistant is None else nullcontext():
        yield {
            "answered_forms": deque(maxlen=MOST_FORMS),
            "intake": intake,
            "keyring": Keyring(database),
            "lanes": lanes,
            "limits": Limits(settings),
            "recorder": recorder,
            "serving": serving,
            "settings": settings,
        }
    if recorder:
        await run_in_threadpool(recorder.close)
