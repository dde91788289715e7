"""Texts of other languages are put into English word by word."""

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.glossary import Glossary, glossary_languages, in_english
from corpus.language.text import fold, is_latin

LINES = [
    "casa\thouse",
    "casa de acogida\tshelter",
    "victim*\tvictim",
    "victimario*\tperpetrator",
    "la\t",
    "*saidi*\thelp",
    "*opfer\tvictims of",
    "و+\tand",
    "ال+\tthe",
    "بيت\thouse",
    "庇护所\tshelter",
    "庇\tcover",
]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("La casa de acogida", "shelter"),
        ("La casa de Ana", "house de ana"),
        ("¿Víctimas?", "victim"),
        ("los victimarios", "los perpetrator"),
        ("waliwasaidia", "help"),
        ("Menschenhandelsopfer", "victims of"),
        ("والبيت", "and the house"),
        ("وا", "وا"),
        ("庇护所在2024", "shelter 在 2024"),
        ("", ""),
        ("victim" * 150, "victim" * 150),
    ],
)
def test_the_entry_with_most_letters_is_taken(text: str, english: str) -> None:
    """Phrases come before words, longer beginnings before shorter; prefixes are taken off; what is no word stays."""
    assert Glossary(LINES, "xx").english(text) == english


@given(st.text(max_size=200), st.sampled_from(sorted(glossary_languages())))
def test_any_text_can_be_put_into_english(text: str, language: str) -> None:
    """No text raises, and the words of a text of no known word come out as they went in."""
    in_english(text, language)

    assert Glossary([], "xx").english(" ".join(["zq"] * 3)) == "zq zq zq"


@pytest.mark.parametrize("language", sorted(glossary_languages()))
def test_a_glossary_is_well_formed(language: str) -> None:
    """Each line has one entry, as texts are compared, and its English in Latin letters; no entry stands twice."""
    lines = files("corpus.language").joinpath("glossaries", f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    entries = [line.split("\t")[0] for line in lines]

    assert all(line.count("\t") == 1 for line in lines)
    assert language == "vi" or [entry for entry in entries if unicodedata.normalize("NFC", fold(entry)) != entry] == []
    assert all(is_latin(line.split("\t")[1]) for line in lines)
    assert len(set(entries)) == len(entries) > 800


def test_a_language_without_a_glossary_stays() -> None:
    """Its words would tell an English search nothing."""
    assert in_english("Hvem betaler?", "da") == ""
