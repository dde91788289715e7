"""Find the regions and peoples that a text names, and tell which countries are in a region.

In: the key of a text (`corpus.language.countries.text_key`) and its language. Out: UN M49 codes of regions, own ones of
routes, or ISO 3166 codes of countries, with the places where they stand. The names of regions are those of CLDR and of
`region_names.yaml`.
"""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale, UnknownLocaleError

from corpus.language.countries import country_code, country_keys, country_name, found_in, text_key
from corpus.language.shipped import shipped_yaml

WORLD, EUROPEAN_UNION = "001", "097"
COUNTRY = re.compile("[A-Z]{2}")  # codes of countries, as told from those of regions
# English names that have an article in a sentence.
WITH_ARTICLE = re.compile(
    r"^(?:United|Netherlands|Philippines|Maldives|Bahamas|Gambia|world|Americas|Caribbean|Sahara|US-|English|Atlantic|route)|"
    r"Republic|Mediterranean|Balkans|Islands$|Union$|Emirates$"
)


def places_in(key: str, language: str) -> tuple[dict[str, int], str]:
    """Return the codes of the countries and regions that the key of a text names, and where; and the key without them.

    The longer of two names counts: the European Union is no people, and Western Sahara no desert.

    >>> places_in(text_key("Victims in South Asia and Chad", "en"), "en")[0]
    {'034': 11, 'TD': 26}
    """
    return found_in(key, _place_keys(language))


def peoples_in(key: str, language: str) -> dict[str, int]:
    """Return the codes of the countries and regions whose people the key of a text names, and where.

    >>> peoples_in(text_key("Nigerian victims in Italy", "en"), "en")
    {'NG': 0}
    """
    return found_in(key, _peoples(language))[0]


def regions() -> tuple[str, ...]:
    """Return the codes of the regions that have countries."""
    return tuple(code for code, inside in _members().items() if inside)


def members(region: str) -> tuple[str, ...]:
    """Return the codes of the countries in a region; none for the world, a sea and a route."""
    return _members().get(region, ())


def place_name(code: str, language: str = "en") -> str:
    """Return the name of a country or region in a language, in English where there is none.

    >>> place_name("NP"), place_name("150", "fr"), place_name("mediterranean", "es")
    ('Nepal', 'Europe', 'Mediterráneo')
    """
    if COUNTRY.fullmatch(code):
        return country_name(code, language)
    if not code.isdigit():
        names = shipped_yaml("corpus/language/region_names.yaml")
        return str(names.get(language, names["en"])[code][0])
    english = "European Union" if code == EUROPEAN_UNION else Locale("en").territories[code]
    name: str = Locale.parse(language).territories.get("EU" if code == EUROPEAN_UNION else code, english)
    return name


def place_in_sentence(code: str, language: str) -> str:
    """Return the name of a place as it stands in a sentence: in English some have an article.

    >>> place_in_sentence("US", "en"), place_in_sentence("US", "es")
    ('the United States', 'Estados Unidos')
    """
    name = place_name(code, language)
    return f"the {name}" if language == "en" and WITH_ARTICLE.search(name) else name


@cache
def _members() -> dict[str, tuple[str, ...]]:
    return {code: tuple(countries) for code, countries in shipped_yaml("corpus/language/regions.yaml").items()}


@cache
def _peoples(language: str) -> dict[str, str]:
    """Return a map from the keys of demonyms, and of their plurals, to codes of places; longer keys first."""
    demonyms: Mapping[str, str] = shipped_yaml("corpus/language/demonyms.yaml").get(language, {})
    words = {word: code for code, text in demonyms.items() for word in text.split(", ")}
    keys = {text_key(form, language): code for word, code in words.items() for form in (word, f"{word}s")}
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))


@cache
def _place_keys(language: str) -> dict[str, str]:
    """Return a map from the keys of the names of countries and regions to their codes; longer keys first."""
    try:
        local = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    names = {code: "EU" if code == EUROPEAN_UNION else code for code in _members() if code.isdigit()}
    keys = {text_key(local[cldr], language): code for code, cldr in names.items() if cldr in local}
    others: Mapping[str, list[str]] = shipped_yaml("corpus/language/region_names.yaml").get(language, {})
    keys |= {text_key(name, language): code for code, names in others.items() for name in names}
    # Of a region and a country with the same name the country is meant, as in Micronesia.
    keys |= {key: country_code(name) for key, name in country_keys(language).items()}
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))
