"""What the operator may set, and how a wrong setting is told."""

import pytest
from pydantic import ValidationError

from qa import Settings
from qa.settings import unknown_settings
from settings_page import PAGE, settings_page


@pytest.mark.parametrize(
    ("given", "countries"),
    [
        ("", ()),
        ("Ghana", ("Ghana",)),
        ("Ghana Uganda", ("Ghana", "Uganda")),
        ("United Kingdom", ("United Kingdom",)),
        ("Ghana, United Kingdom,", ("Ghana", "United Kingdom")),
        ('["Ghana", "United Kingdom"]', ("Ghana", "United Kingdom")),
    ],
)
def test_countries_of_help_are_given_as_a_list(
    monkeypatch: pytest.MonkeyPatch, given: str, countries: tuple[str, ...]
) -> None:
    """Their names may stand apart by spaces or commas, or in JSON."""
    monkeypatch.setenv("WAYMARK_HELP_COUNTRIES", given)

    assert Settings().help_countries == countries


@pytest.mark.parametrize("given", ["Atlantis", "Ghana Atlantis", "Ghana United Kingdom", '["Atlantis"]', '["Ghana"'])
def test_a_country_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """Nobody serves with a misspelt country, whose lines would be shown to nobody."""
    monkeypatch.setenv("WAYMARK_HELP_COUNTRIES", given)
    with pytest.raises(ValidationError, match="help_countries"):
        Settings()


@pytest.mark.parametrize("name", ["records_days", "help_stale_days"])
def test_days_before_the_calendar_are_refused(name: str) -> None:
    """They would end the thread that writes records, or keep the server from its start."""
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: 1_000_000})


@pytest.mark.parametrize("address", ["", "sqlite:///var/a b.sqlite", "postgresql+psycopg://user:secret@host/records"])
def test_an_address_of_a_database_is_taken(address: str) -> None:
    """SQLite and PostgreSQL are taken, with a driver or without."""
    assert Settings(database=address).database == address


def test_a_misspelt_setting_is_told_with_the_one_that_may_be_meant() -> None:
    """A variable that is no setting is named; not those of the API's clients, and of other programs."""
    given = ["WAYMARK_HELP_COUNTRY", "WAYMARK_COLOUR", "WAYMARK_URL", "WAYMARK_KEY", "WAYMARK_RATE", "PATH"]

    assert unknown_settings(given) == {"WAYMARK_HELP_COUNTRY": ["WAYMARK_HELP_COUNTRIES"], "WAYMARK_COLOUR": []}


def test_the_page_of_settings_is_current() -> None:
    """Each setting has a meaning; `PYTHONPATH=tests python -m settings_page` makes `docs/settings.md` anew."""
    assert all(field.description for field in Settings.model_fields.values())
    assert settings_page() == PAGE.read_text(encoding="utf-8")
