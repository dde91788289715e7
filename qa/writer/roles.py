"""Tell whether two words of a clause stand the other way round than in the words that it rests on: "Ghana paid Norway".

In: a clause and a text, both English. Out: whether two words or names that stand in both have changed places, each with
the role of the other. A role is the preposition before a word: in "Ghana was paid by Norway" Norway's is "by".
Left out: names behind "from" and "to" alone, and numbers (checking).
"""

from collections import Counter
from itertools import product

from qa.writer.claims import words_of

# fmt: off
PREPOSITIONS = frozenset({
    "about", "after", "against", "among", "as", "at", "before", "between", "by", "during", "for", "from", "in", "into",
    "of", "on", "over", "since", "through", "to", "under", "until", "with",
})
# fmt: on
MOST_WORDS = 3  # of a name that has exchanged its role with another
ARTICLES = frozenset({"a", "an", "the", "his", "her", "its", "their", "this", "that", "these", "those"})


def are_exchanged(clause: str, text: str) -> bool:
    """Return whether a clause has the words of a text in its order, but for two that have exchanged their roles.

    >>> are_exchanged("Ghana paid Norway.", "Norway paid Ghana.")
    True
    >>> are_exchanged("Ghana was paid by Norway.", "Norway paid Ghana.")
    False
    """
    claimed, said = _roles(clause), _roles(text)
    words, others = [stem for stem in claimed if stem in said], [stem for stem in said if stem in claimed]
    apart = [place for place, (word, other) in enumerate(zip(words, others, strict=True)) if word != other]
    if not apart:
        return False
    words, others = words[apart[0] : apart[-1] + 1], others[apart[0] : apart[-1] + 1]
    for first, last in product(range(1, MOST_WORDS + 1), repeat=2):
        between = words[last : len(words) - first]
        if between and [*others[len(others) - last :], *between, *others[:first]] == words:
            roles = [(of[others[0]], of[others[-last]]) for of in (claimed, said)]
            return roles[0] == roles[1][::-1] and any(claimed[stem] == said[stem] for stem in between)
    return False


def _roles(text: str) -> dict[str, str]:
    """Return the stems of the words that stand in a text once, in their order, each with its role, "" for none."""
    words = words_of(text)
    number = Counter(stem for _, stem in words)
    roles, role = {}, ""
    for word, stem in words:
        if stem:
            roles[stem], role = role, ""
        elif word.casefold() not in ARTICLES and not word[0].isdigit():
            role = word.casefold() if word.casefold() in PREPOSITIONS else ""
    return {stem: role for stem, role in roles.items() if number[stem] == 1}
