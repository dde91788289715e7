"""Read mails.

In: an .eml file. Out: what its writer wrote, without what is quoted and without the signature; its subject as title,
its date, and its sender as publisher where that is no person.
Left out: attachments, which a note names, and closing words, which are told from text only by language.
"""

import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from corpus.documents.cleaning import join_blocks, join_lines, normalise_characters, question_headings
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.markup import blocks_of, parse_markup
from corpus.loaders.texts import decode

ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
REPLY = re.compile(r"(?:(?:re|fwd?|tr|aw|wg|rv|enc|ref|отв?|رد|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.I)
# Those who write from such an address write for an organisation.
OFFICE = re.compile(
    r"(?:alerts?|communications?|contact\w*|hello|help\w*|hotline|info\w*|media\w*|news\w*|no-?reply|office|prensa|press\w*"
    r"|publications?|secretariat|updates?)\b",
    re.I,
)
# What mail programs put above a whole mail: who sent it, and two lines of that kind or more.
HEAD = re.compile(
    r"^[*_]*(?:from|de|von|da|от(?: кого)?|من|发件人)[*_]* ?[:：].*\n"
    r"(?:[*_]*[^\W\d][^:：\n]{0,20}[:：].*(?:\n|\Z)){2,}",
    re.I | re.MULTILINE,
)
RULE = re.compile(r"^[-_=*]{2,}.*\Z", re.MULTILINE)  # a line of marks above that, perhaps with words in it
# Quoted lines, and the one above them, perhaps broken, that tells by a year or an address who wrote them and when.
QUOTED = re.compile(
    r"(?:^[^\n>]{0,200}(?:(?<!\d)(?:19|20)\d\d(?!\d)|@)[^\n]{0,200}(?:\n[^\n>][^\n]{0,200})?[:：]\n\n?)?(?:^>.*(?:\n|\Z))+",
    re.MULTILINE,
)
QUOTES = "//blockquote[@type='cite'] | //*[@id='Signature'] | " + " | ".join(
    f"//*[contains(@class, '{name}')]"
    for name in ("gmail_quote", "gmail_signature", "moz-cite-prefix", "moz-signature")
)


def read_mail(file: Path) -> Extraction:
    """Return what a mail says. Raises UnreadableDocument for one that is encrypted."""
    mail = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
    if mail.get_content_type() in ENCRYPTED:
        raise UnreadableDocument("it is encrypted; open it in a mail program and save it without encryption")
    names = [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]
    notes = [f"its attachments were not read: {', '.join(names)}; save them beside it"] if names else []
    blocks: list[str] = []
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        if part is not None and not blocks:
            text, guessed = _content(part)
            lines = _written(text if kind == "plain" else _shown(text)).split("\n")
            blocks = join_lines(lines) if kind == "plain" else lines
            notes += guessed
    date = mail["date"].datetime if mail["date"] else None
    return Extraction(
        join_blocks(question_headings([block for block in blocks if block])),
        title=REPLY.sub("", normalise_characters(mail["subject"] or ""), count=1),
        publisher=_organisation(mail),
        published=date.date().isoformat() if date else "",
        notes=tuple(notes),
    )


def _content(part: MIMEPart) -> tuple[str, Sequence[str]]:
    """Return the text of a part, and a note where its encoding was guessed."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return "", ()
    try:
        return raw.decode(part.get_content_charset("utf-8")), ()
    except (LookupError, UnicodeDecodeError):
        return decode(raw)


def _organisation(mail: EmailMessage) -> str:
    """Return the organisation that sent a mail, as it says itself or by its address, or ""."""
    senders = mail["from"].addresses if mail["from"] else ()
    offices = [sender.display_name for sender in senders if OFFICE.match(sender.username)]
    return normalise_characters(mail["organization"] or next(iter(offices), ""))


def _shown(html: str) -> str:
    """Return the lines of a mail in HTML, without what is marked as a quote; with it where there is nothing else."""
    page = parse_markup(html)
    for quote in page.xpath(QUOTES):
        quote.drop_tree()
    return "\n".join(blocks_of(page) or blocks_of(parse_markup(html)))


def _written(text: str) -> str:
    r"""Return a text up to its signature or the mail below it, and without quoted lines.

    >>> _written("It opens today.\n\nOn 3 May, Ama <a@x.org> wrote:\n> When?\n-- \nKofi")
    'It opens today.'
    """
    if head := HEAD.search(text):
        above = RULE.sub("", text[: head.start()].rstrip()).rstrip()
        return _written(above or text[head.end() :])
    return re.split(r"^--$", QUOTED.sub("", normalise_characters(text)), maxsplit=1, flags=re.MULTILINE)[0].strip()
