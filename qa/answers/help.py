"""The types of a help card, which accompanies an answer or stands alone: the JSON under `help` in an answer.

Left out: which lines a card shows (qa/safety).
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter

EVERY_KEY = ConfigDict(json_schema_serialization_defaults_required=True)  # a default is written into the JSON too


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A service that a person at risk can turn to, in the language of its card.

    `service` is its own name; `number` is called, `sms` takes messages, `chat` and `form` are web addresses. The page
    at `source`, which bears the date `source_date`, gave the number; `checked` is the day on which the operator
    confirmed it, or empty. `stale` is true where that is long ago, or never was. `facts` say all this in sentences.
    """

    __pydantic_config__ = EVERY_KEY

    country: str
    service: str
    number: str
    source: str
    purpose: str = ""
    sms: str = ""
    chat: str = ""
    form: str = ""
    email: str = ""
    languages: tuple[str, ...] = ()
    hours: str = ""
    url: str = ""
    source_date: str = ""
    checked: str = ""
    stale: bool = True
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A country's emergency number, and the services that answer there, in the language of the card."""

    services: str
    number: str


@dataclass(frozen=True, slots=True)
class HelpCard:
    """Where a person at risk can get help, in plain text.

    `regions` are the codes of the countries that the message or else the operator named; `numbers` are theirs, and so
    are the `lines`, which are those of all countries where none was named.
    """

    __pydantic_config__ = EVERY_KEY

    title: str
    text: str
    emergency: str
    note: str
    regions: tuple[str, ...] = ()
    numbers: tuple[EmergencyNumber, ...] = ()
    lines: tuple[HelpLine, ...] = ()


_HELP_CARD = TypeAdapter(HelpCard)


def help_json(card: HelpCard) -> dict[str, Any]:
    """Return a help card as the JSON object under `help` in an answer."""
    shown: dict[str, Any] = _HELP_CARD.dump_python(card, mode="json")
    return shown


def card_text(card: HelpCard) -> str:
    """Return all that a help card says, as plain text that is good Markdown too."""
    numbers = [f"- {number.services}: {number.number}" for number in card.numbers]
    lines = [f"- {line.country}: {_line_text(line)}." for line in card.lines]
    blocks = [card.title, card.text, card.emergency, "\n".join([*numbers, *lines]), card.note]
    return "\n\n".join(filter(None, blocks))


def _line_text(line: HelpLine) -> str:
    sms = line.sms and f"SMS {line.sms}"
    told = [line.service, line.purpose, line.number, sms, line.chat, line.form, line.email]
    contact = ", ".join(dict.fromkeys(filter(None, told)))
    return ". ".join(fact.rstrip(".。") for fact in (contact, *line.facts))
