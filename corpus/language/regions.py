"""Find the regions and peoples that a text names, and tell which countries are in a region.

In: the key of a text (`corpus.language.countries.text_key`) and its language. Out: UN M49 codes of regions, or ISO 3166
codes of countries, with the places where they stand. The names of regions are those of Unicode's CLDR and a few others.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

from corpus.language.countries import country_name, text_key

WORLD = "001"
COUNTRY = re.compile("[A-Z]{2}")  # codes of countries, as told from those of regions
# English names that have an article in a sentence.
WITH_ARTICLE = re.compile(
    r"^(?:United|Netherlands|Philippines|Maldives|Bahamas|Gambia|Mediterranean|world|Americas|Caribbean)|"
    r"Republic|Islands$|Union$|Emirates$"
)
# Names that CLDR does not have, or has in another form.
OTHER_NAMES = {
    "en": {"034": "South Asia", "015": "North Africa", "011": "West Africa", "014": "East Africa", "145": "West Asia",
           "035": "South-eastern Asia", "030": "East Asia", "029": "the Caribbean", "097": "EU", "003": "North America",
           "017": "Central Africa", WORLD: "worldwide", "mediterranean": "Mediterranean"},
    "ar": {WORLD: "العالم", "mediterranean": "البحر المتوسط"},
    "es": {WORLD: "todo el mundo", "mediterranean": "Mediterráneo"},
    "fr": {WORLD: "le monde", "mediterranean": "Méditerranée"},
    "ru": {WORLD: "во всём мире", "mediterranean": "Средиземном море"},
    "zh": {WORLD: "全世界", "mediterranean": "地中海"},
}  # fmt: skip


def regions_in(key: str, language: str) -> dict[str, int]:
    """Return the codes of the regions that the key of a text names, and where; the longer of two names counts.

    >>> regions_in(text_key("Victims in South Asia and Europe", "en"), "en")
    {'034': 11, '150': 26}
    """
    return _found(key, _region_names(language))


def peoples_in(key: str, language: str) -> dict[str, int]:
    """Return the codes of the countries and regions whose people the key of a text names, and where.

    >>> peoples_in(text_key("Nigerian victims in Italy", "en"), "en")
    {'NG': 0}
    """
    return _found(key, _peoples(language))


def members(region: str) -> tuple[str, ...]:
    """Return the codes of the countries in a region; none for the world and for a sea."""
    return _members()[region]


def place_name(code: str, language: str = "en") -> str:
    """Return the name of a country or region in a language, in English where there is none.

    >>> place_name("NP"), place_name("150", "fr"), place_name("mediterranean", "es")
    ('Nepal', 'Europe', 'Mediterráneo')
    """
    if COUNTRY.fullmatch(code):
        return country_name(code, language)
    if not code.isdigit():
        names = OTHER_NAMES.get(language, OTHER_NAMES["en"])
        return names[code]
    english = "European Union" if code == "097" else Locale("en").territories[code]
    name: str = Locale.parse(language).territories.get("EU" if code == "097" else code, english)
    return name


def place_in_sentence(code: str, language: str) -> str:
    """Return the name of a place as it stands in a sentence: in English some have an article.

    >>> place_in_sentence("US", "en"), place_in_sentence("US", "es")
    ('the United States', 'Estados Unidos')
    """
    name = place_name(code, language)
    return f"the {name}" if language == "en" and WITH_ARTICLE.search(name) else name


def _found(key: str, names: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, code in names.items():
        if name in key:
            found[code] = min(key.index(name), found.get(code, len(key)))
            key = key.replace(name, re.sub(r"\S", "|", name))
    return found


@cache
def _members() -> dict[str, tuple[str, ...]]:
    return {code: tuple(countries) for code, countries in _yaml("regions.yaml").items()}


@cache
def _peoples(language: str) -> dict[str, str]:
    """Return a map from the keys of demonyms, and of their plurals, to codes of places; longer keys first."""
    demonyms: Mapping[str, str] = _yaml("demonyms.yaml").get(language, {})
    words = {word: code for code, text in demonyms.items() for word in text.split(", ")}
    keys = {text_key(form, language): code for word, code in words.items() for form in (word, f"{word}s")}
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))


@cache
def _region_names(language: str) -> dict[str, str]:
    try:
        local = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    names = {code: "EU" if code == "097" else code for code in _members() if code.isdigit()}
    keys = {text_key(local[cldr], language): code for code, cldr in names.items() if cldr in local}
    keys |= {text_key(name, language): code for code, name in OTHER_NAMES.get(language, {}).items()}
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))


def _yaml(name: str) -> dict[str, Any]:
    text: dict[str, Any] = yaml.load(
        files("corpus.language").joinpath(name).read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return text
