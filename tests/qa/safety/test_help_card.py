"""The help card is in the user's language and has the lines of the country."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from qa.query.question import Question
from qa.safety.help_card import BrokenHelpLines, help_card, read_help_lines

LINES = read_help_lines(None, 365)


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh", "tl"])
def test_the_card_speaks_the_askers_language(language: str) -> None:
    """Every text of the card is there, in English where the language is none of the six."""
    card = help_card(Question("", language), LINES, ())
    english = help_card(Question(""), LINES, ())

    assert all([card.title, card.text, card.emergency, card.note])
    assert (card.text == english.text) is (language in {"en", "tl"})


def test_the_country_comes_from_the_message_or_the_operator() -> None:
    """Lines of a named country come first, then the operator's own, then all; members count for their union."""

    def shown(message: str, *default: str) -> list[str]:
        return [line.country for line in help_card(Question(message), LINES, default).lines]

    assert shown("help, I am in Ukraine", "United States") == ["Ukraine"]
    assert shown("help, I am in Poland") == ["European Union"]
    assert shown("help me", "United Kingdom") == ["United Kingdom"]
    assert shown("I am in the UK", "Ukraine") == shown("near Glasgow, Scotland", "Ukraine") == ["United Kingdom"]
    assert shown("I am in the US", "Ukraine") == ["United States"]
    assert shown("he lied to us", "Ukraine") == ["Ukraine"]
    assert shown("help, I am in Oman") == [line.country for line in LINES]


def test_lines_that_nobody_checked_lately_are_marked(tmp_path: Path) -> None:
    """A line is stale when its day lies too far back, or is not known."""
    file = tmp_path / "lines.yaml"
    entry = {"country": "X", "service": "s", "number": "1", "source": "s"}
    file.write_text(yaml.safe_dump([entry, entry | {"checked": date(2026, 1, 1)}]), encoding="utf-8")

    assert [line.stale for line in read_help_lines(file, 30, date(2026, 1, 31))] == [True, False]
    assert [line.stale for line in read_help_lines(file, 30, date(2026, 2, 1))] == [True, True]


@pytest.mark.parametrize("text", ["- country: X", "[", "- nothing"], ids=["missing", "no YAML", "no entry"])
def test_a_broken_file_of_lines_is_an_error(tmp_path: Path, text: str) -> None:
    """The error names the file and what to correct."""
    file = tmp_path / "lines.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenHelpLines, match=r"lines\.yaml.*(mend|correct)"):
        read_help_lines(file, 30)
