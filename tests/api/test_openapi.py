"""Requests that are made from the OpenAPI document: none fails, and every response is as the document declares."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = 20  # of each operation and mode


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_no_request_fails_and_every_response_is_declared(address: str, mode: GenerationMode) -> None:
    """Valid requests are taken and others are refused, with the status, the media type and the fields that are told."""
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(case=schema.as_strategy(generation_mode=mode))
    def validate(case: Case) -> None:
        # 9.0 is a whole number to the document and none here; a question of blanks has its length and is none.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    validate()
