"""Lines of the log: their two forms, the id of their request, and that no message of an exception is in them."""

import json
import logging
import sys

import pytest

from qa.logs import JsonLines, TextLines, request_id

PRIVATE = "Where can my sister hide?"


def record(*, failing: bool = False) -> logging.LogRecord:
    """Return a record, perhaps of an exception whose message is private."""
    try:
        raise ValueError(PRIVATE)
    except ValueError:
        error = sys.exc_info() if failing else None
    return logging.LogRecord("api.app", logging.INFO, __file__, 1, "answered status=%s", ("partial",), error)


def test_a_line_of_json_holds_all_that_a_line_of_text_does() -> None:
    """Time, level, logger, id of the request and message are fields of their own."""
    token = request_id.set("a1")
    text, line = TextLines().format(record()), json.loads(JsonLines().format(record()))
    request_id.reset(token)

    assert text.endswith("INFO api.app a1 answered status=partial")
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "api.app", "request_id": "a1", "message": "answered status=partial"}


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_the_message_of_an_exception_is_not_written(lines: logging.Formatter) -> None:
    """It may quote a question; the class and the place in the code are written."""
    line = lines.format(record(failing=True))

    assert "ValueError" in line
    assert "test_logs.py" in line
    assert PRIVATE not in line
