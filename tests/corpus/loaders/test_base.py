"""A document without a title is named after its file."""

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders.base import title_from_name


@given(st.text(max_size=40))
def test_a_title_has_no_separators_of_file_names(name: str) -> None:
    """Hyphens and underscores become blanks."""
    assert not re.search(r"[-_]", title_from_name(name))
