"""The time to read a file is linear in its size."""

import pytest

from measures.growth import SIZES, WRITERS, seconds_to_read

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("format", WRITERS)
def test_eight_times_the_text_takes_about_eight_times_as_long(format: str) -> None:
    """At most half as much again, for caches that no longer hold all; the square would be 64 times."""
    assert seconds_to_read(format, SIZES[-1]) < 1.5 * SIZES[-1] * seconds_to_read(format, SIZES[0])
