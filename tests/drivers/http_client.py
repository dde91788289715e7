"""Helpers of tests of the HTTP API: requests, and a check of problem details."""

from typing import Any
from urllib.parse import quote

from httpx2 import Response

from api.formats.errors import MEDIA_TYPE

QUESTION = "Who funds the shelter in Accra?"
UNKNOWN = "What is the boiling point of tungsten?"
JSON = {"content-type": "application/json"}
POSTS = ["/v1/ask", "/v1/search"]
INVALID_IDS = [
    "nope",
    "..",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%00",
    "%ff",
    "%ED%A0%80",
    "a" * 5000,
    quote("<b>\u202e"),
]


def assert_problem(response: Response, status: int) -> dict[str, Any]:
    """Check that a response is a problem of this status with a title and a detail, and return it."""
    problem: dict[str, Any] = response.json()

    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]

    return problem
