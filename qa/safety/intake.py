"""Prepare a question before any document is looked at.

In: the text of a message. Out: the clean, parsed question, the help card where it calls for one, and the reason why it
is not searched for, if any. Works without an index and without a model, so that the help card is shown whatever fails.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Self

from corpus.language.detection import language_after
from qa.answers.help import HelpCard
from qa.query.question import Question
from qa.safety.distress_rules import in_distress, is_certain
from qa.safety.help_card import HelpBook, HelpLines, book_json, help_book, help_card, read_help_lines
from qa.safety.router import route
from qa.safety.sanitizer import MAX_READ, clean, ends, pieces, shortened
from qa.settings import HELP_STALE_DAYS, Settings

BEGINNING = 100  # characters of a message, enough to recognise its language; of one that is refused, no more is read
SHORT = 60  # characters of a question that can tell little beside what it asks
UNJUDGED = "unjudged"  # the reason of an earlier message that neither rules nor a classifier look at
GOES_ON = re.compile(r"[^\w\s'’-]\s*\w")  # a sign within a text, after which more is told


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question that has passed the checks before the search.

    `reason` is the key of the fixed text that answers it, or "" where the documents are searched; an earlier message
    may be UNJUDGED. `is_certain` is whether the rules are so sure of the help card that no classifier may take it away.
    """

    question: Question
    help: HelpCard | None
    reason: str
    is_certain: bool = False

    def with_help(self, card: HelpCard | None) -> Self:
        """Return the question with a help card, or without."""
        return replace(self, help=card)

    @property
    def is_on_bot(self) -> bool:
        """Whether it is one short question about the bot, which tells nothing of who asks."""
        text = self.question.text
        return self.reason == "about" and len(text) <= SHORT and not GOES_ON.search(text.lstrip("¿"))

    @property
    def text(self) -> str:
        """The clean text, short enough to be sent back."""
        return shortened(self.question.text)

    @property
    def language(self) -> str:
        """The code of the language in which the user is answered."""
        return self.question.language


@dataclass(frozen=True, slots=True)
class Intake:
    """Prepares questions; `lines` are the operator's help lines, `countries` those whose lines are shown by default."""

    lines: HelpLines
    countries: tuple[str, ...] = ()

    @classmethod
    def shipped(cls) -> Self:
        """Return an intake with the help lines shipped with Waymark."""
        return cls(read_help_lines(None, HELP_STALE_DAYS))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the help lines, the rules and places, so that the first question is prepared as quickly as the others.

        Raises BrokenHelpLines with the cure.
        """
        intake = cls(read_help_lines(settings.help_lines, settings.help_stale_days), settings.help_countries)
        intake.card(intake.prepare("Hello, is anybody there?").question)
        return intake

    def prepare(self, text: str, language: str | None = None, earlier: Sequence[str] = ()) -> PreparedQuestion:
        """Clean a text, recognise its language where it is not given, look for distress, and route it.

        `earlier` are the texts that came before it in the conversation.
        """
        return self._screen(_parsed(text, language, earlier), is_follow_up=bool(earlier))

    def prepare_earlier(self, text: str, earlier: Sequence[str]) -> PreparedQuestion:
        """Prepare a message that came before the question, after `earlier` ones, as when it was asked itself.

        They are judged anew with each question, so of very long ones only the first: the others count as cries for
        help, since they may be some.
        """
        if sum(len(piece) for each in (*earlier, text) for piece in pieces(each)) <= MAX_READ:
            return self.prepare(text, earlier=earlier)
        question = _parsed(pieces(text)[0], None, earlier)
        return PreparedQuestion(question, self.card(question), UNJUDGED)

    def card_unjudged(self, text: str, language: str | None) -> tuple[HelpCard, str]:
        """Return the help card for a text and its language, by its beginning and without the rules, which take time."""
        question = _parsed(text[:BEGINNING], language)
        return self.card(question), question.language

    def prepare_corrected(
        self, prepared: PreparedQuestion, corrected: Question, *, is_follow_up: bool
    ) -> PreparedQuestion:
        """Screen the corrected text of a question too: a misspelt word may hide a cry for help or misuse."""
        if corrected == prepared.question:
            return prepared
        screened = self._screen(corrected, is_follow_up=is_follow_up)
        return replace(
            screened,
            help=prepared.help or screened.help,
            reason=prepared.reason or screened.reason,
            is_certain=prepared.is_certain or screened.is_certain,
        )

    def _screen(self, question: Question, *, is_follow_up: bool) -> PreparedQuestion:
        reason = route(question, is_follow_up=is_follow_up)
        is_cry = in_distress(question, is_follow_up=is_follow_up)
        # Whose case a lawyer has to look at is told where to find one, by the card too.
        certain = reason == "personal_case" or (is_cry and is_certain(question, is_follow_up=is_follow_up))
        card = self.card(question) if certain or is_cry else None
        # A cry for help that is repeated three times is no gibberish.
        return PreparedQuestion(question, card, "" if certain and reason == "not_understood" else reason, certain)

    def card(self, question: Question, earlier: Sequence[Question] = ()) -> HelpCard:
        """Return the help card for a question after `earlier` ones, without checking for distress."""
        return help_card(question, self.lines, self.countries, earlier)

    def card_after(self, prepared: PreparedQuestion, cries: Sequence[Question]) -> HelpCard:
        """Return the help card for a message after cries; a calm question tells nothing of where its asker is."""
        tells = prepared.help is not None or not prepared.question.asks
        return self.card(prepared.question if tells else Question("", prepared.language), cries)

    def operators_card(self, language: str) -> HelpCard:
        """Return the help card with the operator's lines, which is shown while answering is switched off."""
        return self.card(Question("", language))

    def help_book(self, language: str) -> HelpBook:
        """Return all that the help card can show in a language."""
        return help_book(self.lines, self.countries, language)

    def help_book_json(self, language: str) -> bytes:
        """Return the book as JSON; it is made once for each language."""
        return book_json(self.lines, self.countries, language)


def since_first_cry(earlier: Iterable[PreparedQuestion]) -> list[Question]:
    """Return the earlier messages, from the first that called for help on, which may tell where somebody is."""
    since = dropwhile(lambda prepared: prepared.help is None, earlier)
    return [prepared.question for prepared in since if prepared.help or not prepared.question.asks]


def _parsed(text: str, language: str | None, earlier: Sequence[str] = ()) -> Question:
    cleaned = clean(ends(text, MAX_READ))
    return Question(cleaned, language or language_after(shortened(cleaned), earlier))
