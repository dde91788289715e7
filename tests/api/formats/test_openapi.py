"""Requests that are made from the OpenAPI document: none fails, and every response is as the document declares."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import Case, GenerationMode

from api.app import create_app
from drivers.browsing import served
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.keys import Scope, create_key

EXAMPLES = 60  # of all operations together, in each mode
CHECKS = {
    "ignored_auth": {"enabled": False},  # test_keys.py has a table of all routes
    "negative_data_rejection": {"expected-statuses": ["4xx"]},  # a body may be too long before it is wrong
    # 9.0 is a whole number to the document and none here; a question of blanks has its length and is none.
    "positive_data_acceptance": {"enabled": False},
}


@pytest.fixture
def served_with_key(assistant: Assistant, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Serve with records; yield the address, and a key that may ask and search."""
    settings = Settings(var=tmp_path, records=True)
    _, key = create_key(Database(settings.database_url), "tests", [Scope.ASK, Scope.SEARCH])
    with served(create_app(assistant, settings)) as address:
        yield address, key


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_no_request_fails_and_every_response_is_declared(
    served_with_key: tuple[str, str], mode: GenerationMode
) -> None:
    """Wrong requests are refused, and all get a status, a media type and fields that the document tells."""
    address, key = served_with_key
    config = schemathesis.Config.from_dict({"checks": CHECKS})
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)

    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(case=schema.as_strategy(generation_mode=mode))
    def validate(case: Case) -> None:
        case.call_and_validate(headers={"authorization": f"Bearer {key}"})

    validate()


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/figures"])
def test_parameters_of_lists_are_described(path: str) -> None:
    """Who reads the document learns what each parameter means."""
    parameters = create_app().openapi()["paths"][path]["get"]["parameters"]

    assert [parameter["name"] for parameter in parameters if not parameter.get("description")] == []
