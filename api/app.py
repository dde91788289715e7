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

from api.asking.dependencies import State
from api.asking.serving import Serving
from api.formats.assets import STATIC, version
from api.formats.errors import HANDLERS
from api.guards.keys import Keyring
from api.guards.lanes import Lanes
from api.guards.limits import Limits
from api.guards.metrics import Metrics
from api.guards.middleware import (
    add_headers,
    answer_head,
    catch_failures,
    compress_files,
    follow_requests,
    limit_body,
    take_scheme,
)
from api.routes import figures, insights, pages, public, staff
from api.tools import mcp, openai
from qa import Assistant, Intake, Settings
from qa.records.database import Database
from qa.records.recording import Recorder

MOST_FORMS = 10_000  # that were answered and are not answered anew; each is known by 16 characters


def create_app(assistant: Assistant | None = None, settings: Settings | None = None) -> FastAPI:
    """Build the application; without an assistant, it loads the current generation when it starts and when it changes.

    If that fails, it starts all the same, and shows the help card, which needs neither index nor model.
    """
    chosen = settings or Settings()
    metrics = Metrics()
    app = FastAPI(
        title="Waymark",
        version="1",
        description="Answers about the work of IOM and about counter-trafficking, with a source for every sentence.",
        lifespan=lambda _: _running(chosen, assistant, metrics),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
        # Spans go where the variables OTEL_* say. Logs would hold messages of exceptions, which may quote questions.
        telemetry={"auto_configure": True, "logs": False, "metrics": False, "operation_spans": False},
    )
    app.include_router(public.router)
    app.include_router(openai.router)
    app.include_router(mcp.router)
    app.include_router(staff.router)
    app.include_router(pages.router)
    app.include_router(figures.router)
    app.include_router(insights.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    for path in (f"/widget/{version()}", "/widget"):
        app.mount(path, StaticFiles(directory=STATIC / "widget"))
    _add_middleware(app, chosen, metrics)
    return app


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    for middleware in (limit_body, compress_files, catch_failures, add_headers):  # the last one added is the outermost
        app.add_middleware(middleware)
    # Around those, so that a page of an allowed site can read refusals too. No cookies are used, so none are allowed.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
    )
    app.add_middleware(follow_requests, metrics)
    app.add_middleware(answer_head)
    if settings.proxies:
        app.add_middleware(take_scheme, settings.proxies)


@asynccontextmanager
async def _running(settings: Settings, assistant: Assistant | None, metrics: Metrics) -> AsyncIterator[State]:
    """Yield the state of an application from its start to its end."""
    lanes, serving = Lanes(settings, metrics.questions.inc), Serving(settings, assistant)
    database, intake = Database(settings.database_url), Intake.from_settings(settings)
    recorder = Recorder(database, intake, settings.records_days) if settings.records else None
    current = serving.kept_current(lanes) if assistant is None else nullcontext()
    async with current, mcp.mcp_by_http(settings) as mcp_application:
        yield {
            "answered_forms": deque(maxlen=MOST_FORMS),
            "intake": intake,
            "keyring": Keyring(database),
            "lanes": lanes,
            "limits": Limits(settings),
            "mcp": mcp_application,
            "metrics": metrics,
            "recorder": recorder,
            "serving": serving,
            "settings": settings,
        }
    if recorder:
        await run_in_threadpool(recorder.close)
