"""Make the shipped files of help lines and emergency numbers: `python -m qa.safety.help_sources FOLDER`.

In: a folder with `lines.jsonl` (help lines, each with the page that gives it and an advice), `CONTRADICTIONS.md` and
`emergency.csv`; the emergency numbers of libphonenumber. Out: `help_lines.yaml`, `help_lines_to_verify.yaml` and
`emergency_numbers.yaml` beside this file.
Left out: quotes of the sources, lines that must not be shipped, and every number whose licence or place is unclear.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from phonenumbers import PhoneMetadata

from corpus.language.countries import country_name
from qa.safety.help_lines import EMERGENCY, LINES, TO_VERIFY, HelpEntry, dump_entries

PURPOSES = {"domestic violence": "violence"}  # the others are named as they are
SERVICES = ("general", "police", "ambulance", "fire")
GENERIC = ("Emergency number", "Police emergency number")  # stand in the table of emergency numbers
# Hours that a source states without reserve, in OpenStreetMap's form; others are left out.
HOURS = {
    "always": "24/7",
    "non stop": "24/7",
    "non-stop": "24/7",
    "24x7": "24/7",
    "7:30-19:30": "07:30-19:30",
    "every day 8-20": "Mo-Su 08:00-20:00",
    "Mon-Fri 8-17": "Mo-Fr 08:00-17:00",
    "Mon-Fri 9-17": "Mo-Fr 09:00-17:00",
}
ALWAYS = re.compile(r"24(/7| hours(, .*)?)( \([^;]*\))?")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(?![\d-])")
FREE = re.compile(r"(Free|Toll-free)([.,;]| and anonymous| of charge)")
SMS = re.compile(r"SMS (?:to short code |on )?(\+?[\d ]*\d)")
EMAIL = re.compile(r"[\w.]+@[\w.]+\w")
DOUBT = re.compile(r"- (?P<country>.+?) (?P<number>[\d+][\d +()-]*) \((?:ship|verify|do not)[^)]*\): (?P<text>.*)")
CANDIDATES = tuple(f"{number:0{digits}}" for digits in (2, 3, 4) for number in range(10**digits))
MAX_UNNAMED = 4  # numbers of which nobody says which service answers; more would be no help
LINES_HEAD = """\
# Where a person at risk can get help. Made by `python -m qa.safety.help_sources`; WAYMARK_HELP_LINES names a file of
# your own in this form, and `waymark help-lines confirm` writes into it. Telephone numbers are facts, read at `source`,
# whose page bears the date `source_date` where it bears one. Nobody called them: `checked` is the day on which your
# organisation confirmed a line. `hours` are in OpenStreetMap's form (24/7, Mo-Fr 09:00-17:00). `doubt` tells what
# contradicts a line.

"""
TO_VERIFY_HEAD = """\
# Lines that are NOT shown to anybody: their sources are old, indirect or contradicted. `waymark help-lines check` lists
# them, and `waymark help-lines confirm` takes one over into a file of your own, once you have called it.

"""
EMERGENCY_HEAD = """\
# Emergency numbers by ISO 3166 code of the country: each number, and the services that answer there. Made by
# `python -m qa.safety.help_sources`. A number stands here if it is among the emergency numbers of libphonenumber's
# metadata (Apache-2.0, (c) The Libphonenumber Authors; the package phonenumberslite) or comes from the table
# emergency-numbers (MIT, (c) 2023 Roderick Hsiao, commit 6f97917 of 2024-11-21). Which service answers is taken from
# that table and from the travel advice on GOV.UK. A number is `general` where no single service is named.

"""


def entries_of(
    lines: Iterable[Mapping[str, Any]], doubts: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, HelpEntry]]:
    """Yield the entry of each line with its advice."""
    for line in lines:
        if line["service"] in GENERIC or line["kind"] == "emergency":
            continue
        told = doubts.get((line["country"], line["number"]), "")
        yield line["advice"], _entry(line, told or (line["note"] if line["advice"] == "verify first" else ""))


def is_shippable(advice: str, entry: HelpEntry) -> bool:
    """Return whether a line may be shown: its source is a web page that says what the line says."""
    return advice == "ship after check" and entry.source.startswith("http")


def numbers_by_country(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, list[str]]]:
    """Return the numbers of each country with the services that answer, of those whose source is clear."""
    table = {row["iso2"]: row for row in rows}
    regions = sorted({*table, *(code for code in PhoneMetadata._short_region_available if code.isalpha())})
    numbers = {region: _named(region, table[region]) for region in regions if region in table}
    return {region: found for region in regions if (found := numbers.get(region) or _unnamed(region))}


def read_doubts(text: str) -> dict[tuple[str, str], str]:
    """Return what contradicts a line, by its country and number.

    >>> read_doubts("- Norway 22 33 11 60 (ship after check): 24/7 An old article gives another number.")
    {('Norway', '22 33 11 60'): '24/7 An old article gives another number.'}
    """
    found = filter(None, map(DOUBT.fullmatch, text.splitlines()))
    return {(match["country"], match["number"].strip()): match["text"].strip() for match in found}


def _entry(line: Mapping[str, Any], doubt: str) -> HelpEntry:
    text, url = line["text"], line["url"]
    sms, email = SMS.search(text), EMAIL.search(f"{text} {line['note']}")
    date = DATE.match(line["source_date"])
    return HelpEntry(
        country=country_name(line["iso2"]),
        service=line["service"],
        purpose=PURPOSES.get(line["kind"], line["kind"]),
        number=line["number"],
        sms=sms[1] if sms else "",
        chat=url if "chat" in text else "",
        form=url if re.search(r"\bform|webform", text) else "",
        email=email[0] if email else "",
        free=bool(FREE.match(line["note"])),
        languages=tuple(_languages(line["languages"])),
        hours=HOURS.get(line["hours"], "24/7" if ALWAYS.fullmatch(line["hours"]) else ""),
        url=url,
        source=line["source"],
        source_date=date[0] if date else "",
        doubt=doubt,
    )


def _languages(names: Iterable[str]) -> Iterator[str]:
    """Yield the names that are those of languages, and once that there are interpreters."""
    known = set(Locale("en").languages.values()) | {"Farsi"}
    for name in names:
        if "by interpreter" in name:
            yield "interpreters"
        elif name in known:
            yield name


def _pattern(region: str) -> re.Pattern[str] | None:
    data = PhoneMetadata.short_metadata_for_region(region)
    pattern = data.emergency.national_number_pattern if data and data.emergency else None
    return re.compile(pattern) if pattern else None


def _named(region: str, row: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the numbers of a row that it does not doubt and whose licence is clear, with their services."""
    pattern = _pattern(region)
    numbers: dict[str, list[str]] = {}
    for service in SERVICES:
        number = row[service]
        is_clear = "FCDO" not in row["source"] or (pattern is not None and pattern.fullmatch(number))
        if number and is_clear and service not in row["ship"]:
            numbers.setdefault(number, []).append(service)
    return {number: ["general"] if "general" in services else services for number, services in numbers.items()}


def _unnamed(region: str) -> dict[str, list[str]]:
    """Return libphonenumber's numbers of a country, if they are few."""
    pattern = _pattern(region)
    numbers = [number for number in CANDIDATES if pattern and pattern.fullmatch(number)]
    return {number: ["general"] for number in numbers} if len(numbers) <= MAX_UNNAMED else {}


def main(folder: Path) -> None:
    """Write the three files from those of the folder."""
    lines = map(json.loads, (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines())
    doubts = read_doubts((folder / "CONTRADICTIONS.md").read_text(encoding="utf-8"))
    entries = [found for found in entries_of(lines, doubts) if found[0] != "do not ship"]
    shown = [entry for advice, entry in entries if is_shippable(advice, entry)]
    LINES.write_text(LINES_HEAD + dump_entries(shown), encoding="utf-8")
    rest = [entry for advice, entry in entries if not is_shippable(advice, entry)]
    TO_VERIFY.write_text(TO_VERIFY_HEAD + dump_entries(rest), encoding="utf-8")
    with (folder / "emergency.csv").open(encoding="utf-8", newline="") as table:
        numbers = numbers_by_country(csv.DictReader(table))
    EMERGENCY.write_text(EMERGENCY_HEAD + "".join(map(_yaml_row, numbers.items())), encoding="utf-8")


def _yaml_row(item: tuple[str, Any]) -> str:
    """Return one line of YAML; Norway's code is quoted, since NO would be read as false."""
    return yaml.safe_dump(dict([item]), default_flow_style=True, width=1000)[1:-2] + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
