"""A treaty is searched for under its other names."""

import re

import pytest

from corpus.language.shipped import shipped_yaml
from qa.query.other_names import under_other_name


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Did Malta sign the Palermo Protocol?", "Did Malta sign the UN trafficking protocol?"),
        ("Did Malta sign the UN protocol on trafficking in persons?", "Did Malta sign the UN trafficking protocol?"),
        ("Did Malta sign the Warsaw Convention?", "Did Malta sign the Council of Europe convention on trafficking?"),
        ("Did Malta ratify C189?", "Did Malta ratify ILO Domestic Workers Convention?"),
        ("Did Malta ratify ILO Convention No. 29?", "Did Malta ratify ILO Forced Labour Convention?"),
        ("What does the TVPA ask?", "What does the Trafficking Victims Protection Act ask?"),
        ("When was the Global Compact for Migration signed?", ""),
        ("马耳他加入了《巴勒莫议定书》吗？", "马耳他加入了UN trafficking protocol吗？"),
        ("Мальта подписала Палермский протокол?", "Мальта подписала UN trafficking protocol?"),
        ("Which protocol guides interviews in Palermo?", ""),
        ("Who crc gcm?", ""),
        ("Who signed the 1951 Geneva Convention?", "Who signed the Refugee Convention?"),
        ("What does the Geneva Convention say of prisoners of war?", ""),
        ("Did Malta ratify the ILO migrant workers convention?", ""),
    ],
)
def test_a_treaty_has_its_plain_name(text: str, other: str) -> None:
    """Documents name it in their own way, which is not that of the asker."""
    assert under_other_name(text) == other


def test_every_entry_has_a_source_and_names_that_are_patterns() -> None:
    """Who doubts that two names mean the same can look it up."""
    entries = shipped_yaml("qa/query/other_names.yaml")

    assert len({entry["plain"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["source"]
        assert all(map(re.compile, entry["others"]))
        assert under_other_name(f"the {entry['plain']}.") == ""
        assert under_other_name(f"the {entry['full']}.") == f"the {entry['plain']}."
