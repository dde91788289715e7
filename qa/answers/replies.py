"""The fixed texts of answers, read from `replies.yaml`, where a non-engineer can edit them."""

from corpus.language.countries import UNSPACED
from corpus.language.shipped import shipped_yaml
from qa.answers.answer import Status


def reply(reason: str, language: str) -> str:
    """Return the text for a reason in a language, in English where there is no translation.

    >>> reply("no_evidence", "fr")
    'Je ne sais pas. Les documents que je peux consulter ne le disent pas.'
    """
    texts: dict[str, str] = shipped_yaml("qa/answers/replies.yaml")[reason]
    return texts.get(language) or texts["en"]


def message_of(reason: str, status: Status, language: str, *, has_card: bool) -> str:
    """Return the fixed text of an answer: why it has no statements, or what to know about its quotes."""
    if reason:
        return reply("no_evidence_but_help" if has_card and reason == "no_evidence" else reason, language)
    doubt = reply("partial", language) if status == Status.PARTIAL else ""
    blank = "" if language in UNSPACED else " "
    return blank.join(filter(None, [doubt, reply("quoted_in_english", language)]))
