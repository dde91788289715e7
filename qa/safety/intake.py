"""Receive a question before any document is looked at.

In: what somebody wrote. Out: the clean question, its language, the help card where one is called for, and the reason
why it ends here, where it does. It works without an index and without a model, which keeps the help card standing.
"""

from dataclasses import dataclass
from typing import Self

from corpus.languages import language_of
from qa.answers import HelpCard, HelpLine
from qa.safety.distress_rules import in_distress
from qa.safety.help_card import help_card, read_help_lines
from qa.safety.router import route
from qa.safety.sanitizer import clean, shortened
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Received:
    """A question as it is understood before the search; `reason` is "" where it goes on to the documents."""

    question: str
    language: str
    help: HelpCard | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reception:
    """Receives questions; knows the operator's help lines and nothing of documents."""

    lines: tuple[HelpLine, ...]
    countries: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the help lines, and the rules, so that the first question is received as quickly as the others.

        Raises BrokenHelpLines with the cure.
        """
        reception = cls(read_help_lines(settings.help_lines, settings.help_stale_days), settings.help_countries)
        reception.receive("Hello, is anybody there?")
        return reception

    def receive(self, text: str, language: str | None = None, *, is_follow_up: bool = False) -> Received:
        """Clean a question, tell its language, look for distress, and route it."""
        question = clean(text)
        language = language or language_of(shortened(question))
        card = self.card(question, language) if in_distress(question) else None
        return Received(shortened(question), language, card, route(question, is_follow_up=is_follow_up))

    def card(self, question: str, language: str) -> HelpCard:
        """Return the help card for a question, whatever it says."""
        return help_card(question, language, self.lines, self.countries)

    def operators_card(self, language: str) -> HelpCard:
        """Return the help card with the operator's own lines, which stands where answering is switched off."""
        return help_card("", language, self.lines, self.countries)
