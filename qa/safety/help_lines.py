"""The help lines and emergency numbers: read, check and confirm them.

In: files in YAML, the shipped ones or the operator's. Out: the entries, what is wrong with them, and the operator's
file with a line confirmed. Nothing here claims more than an entry's source: what a page gave is kept apart from what
the operator has confirmed.
Left out: the card that shows them (help_card).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.language.countries import country_code
from corpus.language.shipped import shipped_yaml

HERE = Path(__file__).parent
LINES = HERE / "help_lines.yaml"  # shown
TO_VERIFY = HERE / "help_lines_to_verify.yaml"  # shown to nobody until an operator confirms them
EMERGENCY = HERE / "emergency_numbers.yaml"


class BrokenHelpLines(ValueError):
    """The file of help lines can't be read, or has no such line; the message names the entry and the cure."""


def _known(country: str) -> str:
    if not country_code(country):
        raise ValueError(f"{country!r} is not a country by its English name")
    return country


class HelpEntry(BaseModel):
    """An entry of the file as the operator writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: Annotated[str, AfterValidator(_known)]
    service: str
    purpose: Literal["trafficking", "police", "children", "migrants", "violence", ""] = ""
    number: str
    sms: str = ""  # a number to which messages are sent
    chat: str = ""  # web addresses
    form: str = ""
    email: str = ""
    free: bool = False
    languages: tuple[str, ...] = ()
    hours: str = ""
    url: str = ""
    source: str
    source_date: str = ""  # ISO date, month or year that the page of `source` bears
    checked: date | None = None  # when the operator confirmed the line
    doubt: str = ""

    @property
    def region(self) -> str:
        """The ISO 3166 code of the country."""
        return country_code(self.country)


def read_entries(path: Path) -> tuple[HelpEntry, ...]:
    """Read a file of help lines. Raises BrokenHelpLines with the cure."""
    try:
        return tuple(TypeAdapter(list[HelpEntry]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise BrokenHelpLines(f"{path}: entry {place}: {first['msg']}; mend the entry") from error
    except FileNotFoundError as error:
        raise BrokenHelpLines(f"{path} is not there; correct WAYMARK_HELP_LINES or make the file") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenHelpLines(f"{path} can't be read as YAML in UTF-8; correct it or WAYMARK_HELP_LINES") from error


def dump_entries(entries: Iterable[HelpEntry]) -> str:
    """Return entries as YAML, without what is not known of them."""
    items = [entry.model_dump(exclude_defaults=True) for entry in entries]
    return "\n".join(yaml.safe_dump([item], allow_unicode=True, sort_keys=False, width=1000) for item in items)


def emergency_numbers() -> dict[str, dict[str, list[str]]]:
    """Return the emergency numbers by country code, each with the services that answer there."""
    numbers: dict[str, dict[str, list[str]]] = shipped_yaml("qa/safety/emergency_numbers.yaml")
    return numbers


def is_stale(entry: HelpEntry, oldest: date) -> bool:
    """Return whether nobody has confirmed an entry since a day."""
    return entry.checked is None or entry.checked < oldest


def oldest_day(stale_days: int) -> date:
    """Return the day since which an entry must have been confirmed, as of today."""
    return datetime.now(UTC).date() - timedelta(days=stale_days)


def problems_of(entries: Sequence[HelpEntry], oldest: date) -> dict[HelpEntry, list[str]]:
    """Return what is stale, contradicted or contradictory in each entry that has such a problem."""
    same: defaultdict[tuple[str, str], list[HelpEntry]] = defaultdict(list)
    for entry in entries:
        same[entry.region, _digits(entry.number)].append(entry)
    problems = {entry: _problems(entry, same[entry.region, _digits(entry.number)], oldest) for entry in entries}
    return {entry: found for entry, found in problems.items() if found}


def _problems(entry: HelpEntry, same: Sequence[HelpEntry], oldest: date) -> list[str]:
    problems = []
    if entry.checked is None:
        problems.append(f"not confirmed; its source, {entry.source}, is of {entry.source_date or 'an unknown date'}")
    elif is_stale(entry, oldest):
        problems.append(f"last confirmed on {entry.checked}")
    if entry.doubt:
        problems.append(f"contradicted: {entry.doubt}")
    if len({(other.hours, other.service) for other in same}) > 1:
        problems.append("the same number stands here with other facts")
    return problems


def _digits(number: str) -> str:
    return "".join(filter(str.isalnum, number))


def confirm(file: Path, country: str, number: str, changes: Mapping[str, Any], today: date | None = None) -> HelpEntry:
    """Mark a line in the operator's file as confirmed today, with some fields replaced, and return it.

    A file that is not there yet begins with the shipped lines; a line that the file lacks is taken from those to be
    verified. Comments in the file are not kept. Raises BrokenHelpLines where there is no such line.
    """
    entries = list(read_entries(file if file.exists() else LINES))
    wanted = (country_code(country), _digits(number))
    places = [place for place, entry in enumerate(entries) if (entry.region, _digits(entry.number)) == wanted]
    found = [entries[places[0]]] if places else []
    found += [entry for entry in read_entries(TO_VERIFY) if (entry.region, _digits(entry.number)) == wanted]
    if not found:
        raise BrokenHelpLines(f"there is no line {number} of {country}; `waymark help-lines check` lists them all")
    confirmed = {"checked": today or datetime.now(UTC).date(), "doubt": ""}
    try:
        entry = HelpEntry.model_validate(found[0].model_dump() | confirmed | dict(changes))
    except ValidationError as error:
        raise BrokenHelpLines(f"{error.errors()[0]['msg']}; correct it") from error
    if places:
        entries[places[0]] = entry
    else:
        entries.append(entry)
    written = file.with_suffix(".new")
    written.write_text(dump_entries(entries), encoding="utf-8")
    written.replace(file)
    return entry
