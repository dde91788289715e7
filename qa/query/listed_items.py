"""What "the second one" means after an answer that lists things: the second of them.

In: a question and the turns before it. Out: the turns, of which the answer with the list holds only the thing meant.
The ordinals are in `qa/query/words/`. A list is the items of an answer, or the things that one of its sentences joins.
Left out: ordinals with other nouns, in any language, since "the second phase" and "last year" may be none of the list.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.query.followups import Turn, quoted_sentences
from qa.query.question import Question
from qa.query.vocabulary import any_of, vocabulary

ITEM = re.compile(r"^- (.+?) \[", re.MULTILINE)
# "Norway, Chad and Togo": things of a few words each, up to the next comma, semicolon or full stop. Where
# the first begins and how many there are is bounded: so the time grows with the text alone.
THING = r"[^\s,;:.]+(?: [^\s,;:.]+){0,4}?"
JOINED = re.compile(rf"(?<![^,;:.])[^,;:.]+(?:, (?!and |or ){THING}){{1,20}}?,? (?:and|or) [^,;:.]+")
PARTED = re.compile(r", (?:and|or) |, | (?:and|or) (?!.*,)")
# A few words that open a sentence and are none of the things: "In May 2019, Norway, Chad and Togo joined."
OPENS = re.compile(r"^(?:After|As|At|Before|By|During|For|From|In|On|Since|Through|Under|With)(?: [^\s,;:.]+){1,3}, ")
NUMBERS = (0, 1, 2, 3, 4, -1)  # of the items that the ordinals of a language mean


def turns_with_item(question: Question, turns: Sequence[Turn]) -> list[Turn]:
    r"""Return the turns, of which the latest answer with a list holds only the item that a question asks for.

    >>> turns = [Turn("What is needed?", "It needs: [1]\n- an act [1]\n- a means [1]")]
    >>> turns_with_item(Question("Explain the second one"), turns)
    [Turn(question='What is needed?', answer='a means')]
    """
    number = _number_asked(question)
    if number is None:
        return list(turns)
    for position in range(len(turns) - 1, -1, -1):
        items = _items(turns[position].answer)
        if len(items) > 1 and number < len(items):
            return [*turns[:position], replace(turns[position], answer=items[number]), *turns[position + 1 :]]
    return list(turns)


def _number_asked(question: Question) -> int | None:
    """Return the number, from 0, of the item that a question asks for, -1 for the last one, None for none."""
    words = vocabulary(question.language)
    if re.search(any_of(words.names_no_item), question.folded):
        return None
    form = any_of(words.asks_for_item)
    numbered = zip(NUMBERS, words.item_ordinals, strict=False)  # some languages have no ordinals
    return next((number for number, one in numbered if re.search(form.replace("@", one), question.folded)), None)


def _items(answer: str) -> list[str]:
    """Return the items of an answer, or the things that its first sentence with several joins.

    >>> _items("They came from Norway, Chad and Togo. [1]")
    ['They came from Norway', 'Chad', 'Togo']
    """
    if items := ITEM.findall(answer):
        return items
    sentences = (OPENS.sub("", sentence) for sentence in quoted_sentences(answer))
    joined = (match[0] for sentence in sentences if (match := JOINED.search(sentence)))
    return [item.strip() for item in PARTED.split(next(joined, "")) if item]
