"""The help card: where a person at risk can get help.

In: a message, and the help lines. Out: a HelpCard in the user's language. It needs no index and no model, and stores
nothing.
Left out: detecting who is at risk (distress_rules). The country comes from the message or the operator, never from an
address.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.countries import countries_named
from qa.answers import HelpCard, HelpLine
from qa.query.question import Question
from qa.replies import reply

AMERICA = re.compile(r"\bamerica\b", re.IGNORECASE)


class BrokenHelpLines(ValueError):
    """The file of help lines can't be read; the message names the entry and the cure."""


class _Entry(BaseModel):
    """An entry of the file as the operator writes it."""

    model_config = ConfigDict(extra="forbid")

    country: str
    service: str
    number: str
    languages: list[str] = []
    hours: str = ""
    url: str = ""
    source: str
    checked: date | None = None
    members: list[str] = []


def read_help_lines(file: Path | None, stale_days: int, today: date | None = None) -> tuple[HelpLine, ...]:
    """Read the operator's file, or the one shipped with Waymark. Raises BrokenHelpLines with the cure."""
    path = file or Path(str(files("qa.safety").joinpath("help_lines.yaml")))
    try:
        entries = TypeAdapter(list[_Entry]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise BrokenHelpLines(f"{path}: entry {place}: {first['msg']}; mend the entry") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenHelpLines(f"{path} can't be read as YAML in UTF-8; correct it or WAYMARK_HELP_LINES") from error
    oldest = (today or datetime.now(UTC).date()) - timedelta(days=stale_days)
    return tuple(_line(entry, oldest) for entry in entries)


def _line(entry: _Entry, oldest: date) -> HelpLine:
    return HelpLine(
        country=entry.country,
        service=entry.service,
        number=entry.number,
        languages=tuple(entry.languages),
        hours=entry.hours,
        url=entry.url,
        source=entry.source,
        checked=entry.checked.isoformat() if entry.checked else "",
        stale=entry.checked is None or entry.checked < oldest,
        members=tuple(entry.members),
    )


def help_card(message: Question, lines: Sequence[HelpLine], default_countries: Sequence[str]) -> HelpCard:
    """Return the card with the lines of the countries that the message names, else of the default ones, else all."""
    language = message.language
    american = ["United States"] if AMERICA.search(message.text) else []
    # A message in another language may still name the country in English.
    named = [*message.countries, *countries_named(message.text, "en"), *american]
    served = [line for line in lines if _serves(line, named)]
    chosen = served or [line for line in lines if _serves(line, default_countries)] or lines
    return HelpCard(
        title=reply("help_title", language),
        text=reply("help_text", language),
        emergency=reply("help_emergency", language),
        note=reply("help_note", language),
        lines=tuple(chosen),
    )


def _serves(line: HelpLine, countries: Sequence[str]) -> bool:
    return bool({line.country, *line.members} & set(countries))
