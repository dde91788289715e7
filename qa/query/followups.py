"""What the turns before a follow-up add to it: for the search and for the reader.

In: a question and the turns before it. Out: whether it leans on them, the texts that are searched beside it, and the
text that is read. Nothing is pasted into the question itself: the reader sees the turns behind it, and decides what
they mean for it. A question that stands alone inherits nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.documents.terms import terms_of
from corpus.language.shipped import shipped_yaml
from embeddings import Encoder
from embeddings.models.linear_classifier import LinearClassifier
from qa.query.question import Question
from qa.query.vocabulary import any_of, vocabulary

# Score from which a question leans on the turns before it. Of two suites, 0.95 of the later turns, among them some that
# open a new topic, are above it, and 0.13 of the questions that stand alone (docs/adr/0029).
LEANING = -0.25
TURNS = 2  # of the conversation that are read with a question
QUESTION_CHARACTERS, ANSWER_CHARACTERS = 240, 200  # of a turn that are read and searched
MARKS = re.compile(r"\[[^\]]*\]")  # of citations and of added subjects
# What an English question goes back to: "back to the shelter, who runs it?", "and the shelter, who runs it?".
GOES_BACK = re.compile(
    r"(?:\b(?:back|return(?:ing)?) to(?: the| that)?|^(?:and|but|so) (?:the|that)(?=[^,?]*,)) (?P<subject>[^,.?]+)",
    re.IGNORECASE,
)
ASKS_WHAT_IS = re.compile(
    rf"(?i:(?:{any_of(vocabulary('en').openings)}|by the way|btw|another (?:question|thing)|next)\b[\s,.:;–-]*)*"
    r"(?i:what|who) (?:is|are|was|were) (?:(?i:the|an?) )?"
    r"[A-Z][\w-]*(?:[ -](?:(?:of|on|for|and|the|to) )*[A-Z][\w-]*)*\s*[?.]*"
)
EVERYWHERE = "iom"  # a name that tells no turn from another


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the text of the answer that was given."""

    question: str
    answer: str = ""

    @property
    def answer_words(self) -> str:
        """The first words of the answer without its marks.

        >>> Turn("Who paid?", "Norway paid. [1]").answer_words
        'Norway paid.'
        """
        return without_marks(self.answer)[:ANSWER_CHARACTERS].strip()


def turns_used(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the turns that a follow-up is searched and read with, the first and the last ones, at a limited length."""
    used = turns if len(turns) <= TURNS else [turns[0], *turns[-TURNS:]]
    return [Turn(turn.question[:QUESTION_CHARACTERS], turn.answer) for turn in used]


def turns_meant(question: Question, turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the turns up to the latest that speaks of what an English question names; all of them where none does.

    >>> turns = [Turn("How big is the shelter?", "It has 50 beds. [1]"), Turn("Who runs the hotline?", "IOM does. [1]")]
    >>> [turn.question for turn in turns_meant(Question("Back to the shelter, who pays?"), turns)]
    ['How big is the shelter?']
    """
    goes_back = GOES_BACK.search(question.text) if question.is_english else None
    named = set(terms_of(" ".join(question.names - {EVERYWHERE}) or (goes_back["subject"] if goes_back else "")))
    speaking = [number for number, turn in enumerate(turns, start=1) if named and named <= _terms(turn)]
    return turns[: max(speaking, default=len(turns))]


def asks_what_is_new(question: Question, turns: Sequence[Turn]) -> bool:
    """Return whether an English question only asks what something is, or who, that no turn names.

    >>> asks_what_is_new(Question("What is COMMIT?"), [Turn("Who paid for AKOMA?", "Norway paid. [1]")])
    True
    """
    named = set(terms_of(" ".join(question.names)))
    is_asked = ASKS_WHAT_IS.fullmatch(question.text) is not None
    return is_asked and bool(named) and all(named.isdisjoint(_terms(turn)) for turn in turns)


def _terms(turn: Turn) -> set[str]:
    return set(terms_of(f"{turn.question} {without_marks(turn.answer)}"))


def without_marks(answer: str) -> str:
    """Return the text of an answer without its marks, with single blanks."""
    return " ".join(MARKS.sub("", answer).split())


def quoted_sentences(answer: str) -> list[str]:
    r"""Return the sentences that an answer quotes, with single blanks; of a fixed text, the text.

    >>> quoted_sentences("[The shelter] It has: [1]\n- beds [1] Norway paid. [2]")
    ['It has:', 'beds', 'Norway paid.']
    """
    pieces = (" ".join(piece.split()).removeprefix("- ") for piece in MARKS.split(answer))
    return [piece for piece in pieces if piece]


def behind_questions(question: str, turns: Sequence[Turn]) -> str:
    """Return a question behind the first and the last of the turns in which its subject stands.

    >>> behind_questions("why?", [Turn("Who paid?", "Norway paid.")])
    'Who paid? why?'
    >>> behind_questions("When does it end?", [Turn("What is HER?"), Turn("Who runs it?")])
    'What is HER? Who runs it? When does it end?'
    """
    asked = dict.fromkeys((turns[0].question, turns[-1].question))
    return " ".join([*asked, question])


def with_turns(question: str, turns: Sequence[Turn]) -> str:
    """Return a question with the last turns behind it, the latest first, so that the oldest are cut off first.

    >>> with_turns("why?", [Turn("Who paid?", "Norway paid. [1]")])
    'why? << Who paid? Norway paid.'
    """
    behind = (f"{turn.question} {turn.answer_words}".strip() for turn in reversed(turns[-TURNS:]))
    return " << ".join([question, *behind])


class FollowUpClassifier(LinearClassifier):
    """Tells questions that lean on what was said before from those that stand alone."""

    def __init__(self, encoder: Encoder, cache_file: Path) -> None:
        """Take the numbers that come along; else encode the examples, or take their vectors from the cache."""
        first = shipped_yaml("qa/query/overview_examples.yaml")
        later = shipped_yaml("qa/query/follow_up_examples.yaml")
        alone = [*first["single"], *first["overview"], *later["alone"]]
        super().__init__(later["follow_up"], alone, LEANING, encoder, cache_file)
