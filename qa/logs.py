"""Lines of the log, as text or as JSON, each with the id of the request that it belongs to.

In: records of Python's logging. Out: a configuration for `logging.config.dictConfig`. Of an exception only its class
and its traceback are written, since its message may quote a question.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

Form = Literal["text", "json"]

request_id: ContextVar[str] = ContextVar("request_id", default="")  # of the request at work, set by the API


class TextLines(logging.Formatter):
    """Writes records as text."""

    def __init__(self) -> None:
        """Take no format: all lines have the same."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line, and its traceback behind it."""
        record.request_id = request_id.get() or "-"
        return super().format(record)

    def formatException(  # noqa: N802 - the name of the standard library
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback and the class of an exception, without its message."""
        return "".join(traceback.format_tb(ei[2])) + (ei[0].__name__ if ei[0] else "")


class JsonLines(TextLines):
    """Writes records as JSON, a line each."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a JSON object."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get(),
            "message": record.getMessage(),
            "exception": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=False)


def log_config(form: Form) -> dict[str, Any]:
    """Return the configuration of all loggers: lines of this form, to the standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines if form == "json" else TextLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
    }
