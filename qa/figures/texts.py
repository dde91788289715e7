"""The fixed texts of answers in figures, read from `texts.yaml`, where a non-engineer can edit them."""

from collections.abc import Mapping

from corpus.language.shipped import shipped_yaml


def local(texts: Mapping[str, str], language: str) -> str:
    """Return the text of a language, the English one where there is none."""
    return texts.get(language) or texts["en"]


def text(key: str, language: str) -> str:
    """Return a text in a language, and a key that has none, such as a category of another table, as it is.

    >>> text("sex_female", "fr")
    'femmes'
    """
    return local(shipped_yaml("qa/figures/texts.yaml").get(key, {"en": key}), language)
