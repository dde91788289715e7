"""Of a mail, what its writer wrote is read."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.mail import read_mail

HEAD = "From: {sender}\nSubject: {subject}\nDate: Fri, 3 May 2024 23:30:00 +0200\n"


def mail(folder: Path, text: str, *, sender: str = "a@x.org", subject: str = "A shelter", head: str = "") -> Path:
    """Write a mail."""
    content = head or "Content-Type: text/plain; charset=utf-8\n"
    (folder / "a.eml").write_bytes(f"{HEAD.format(sender=sender, subject=subject)}{content}\n{text}".encode())
    return folder / "a.eml"


def test_html_in_quoted_printable_is_read_where_there_is_no_plain_text(tmp_path: Path) -> None:
    """Its lists and tables become lines; what is hidden, and the mail that is answered, do not."""
    html = """<style>p {}</style><div style="display:none">Preview</div><p>Le foyer a été rouvert à Abidjan.</p>
    <ul><li>40 lits</ul><div class="gmail_quote gmail_quote_container"><p>On 3 May, Ama wrote:</p>When?</div>"""
    message = EmailMessage()
    message["From"] = "OIM Abidjan <presse@example.org>"
    message["Subject"] = "Re: [2] Réouverture"
    message.set_content(" \n")
    message.add_alternative(html, subtype="html", charset="iso-8859-1", cte="quoted-printable")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Plan é.pdf")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    read = read_mail(tmp_path / "a.eml")

    assert read.text == "Le foyer a été rouvert à Abidjan.\n- 40 lits"
    assert (read.title, read.publisher, read.published) == ("[2] Réouverture", "OIM Abidjan", "")
    assert read.notes == ("its attachments were not read: Plan é.pdf; save them beside it",)


def test_plain_text_goes_first(tmp_path: Path) -> None:
    """Its wrapped lines are joined; the day is that of the sender."""
    text = "Dear all,\n\nthe shelter that was closed after the storm of last winter opens\nagain on Monday.\n"
    read = read_mail(mail(tmp_path, text))

    assert read.text == "Dear all,\n\nthe shelter that was closed after the storm of last winter opens again on Monday."
    assert (read.title, read.published) == ("A shelter", "2024-05-03")


@pytest.mark.parametrize(
    "below",
    [
        "-- \nAma\nTel. 0800 123 456",
        "On Fri, 3 May 2024 at 10:00, Ama\n<a@x.org> wrote:\n\n> When?\n>> Soon.",
        "Le 3 mai 2024, Ama a écrit :\n> Quand ?",
        "3 мая 2024 г., Ama <a@x.org> пишет:\n> Когда?",
        "-----Original Message-----\nFrom: Ama <a@x.org>\nSent: Friday\nTo: all\nSubject: When?\n\nWhen?",
        "________________________________\nVon: Ama\nGesendet: Freitag\nAn: alle\nBetreff: Wann\n\nWann?",
    ],
)
def test_what_is_quoted_and_signatures_are_left_out(tmp_path: Path, below: str) -> None:
    """As different programs and languages write them."""
    assert read_mail(mail(tmp_path, f"It opens: on Monday.\n\n{below}\n")).text == "It opens: on Monday."


def test_answers_between_quoted_lines_are_kept(tmp_path: Path) -> None:
    """And lines with a colon that quote nothing."""
    text = "> When?\n\nOn Monday at 10:\n\nCall 0800 123 456:\n\n> Where?\n\nIn Accra.\n"
    lines = read_mail(mail(tmp_path, text)).text.split("\n\n")

    assert lines == ["On Monday at 10:", "Call 0800 123 456:", "In Accra."]


def test_a_forwarded_mail_is_read(tmp_path: Path) -> None:
    """It stands below the names of those who wrote it, and nothing above."""
    head = "---------- Forwarded message ---------\nDe: Ama <a@x.org>\nFecha: viernes\nAsunto: Abierto\nPara: todos\n"
    html = f"<div class='gmail_quote'>{head}<p>El refugio abre.</p></div>".replace("\n", "<br>").replace(
        " <a@x.org>", ""
    )

    assert read_mail(mail(tmp_path, f"{head}\nEl refugio abre.\n")).text == "El refugio abre."
    assert read_mail(mail(tmp_path, html, head="Content-Type: text/html\n")).text == "El refugio abre."


@pytest.mark.parametrize(
    ("sender", "publisher"),
    [
        ('"IOM Ghana" <info.ghana@example.org>', "IOM Ghana"),
        ("Ama Mensah <amensah@example.org>", ""),
        ("info@example.org", ""),
    ],
)
def test_a_person_is_no_publisher(tmp_path: Path, sender: str, publisher: str) -> None:
    """An organisation writes from the address of an office."""
    assert read_mail(mail(tmp_path, "Text.", sender=sender)).publisher == publisher


def test_an_unknown_encoding_is_guessed(tmp_path: Path) -> None:
    """And told."""
    text = "Le foyer a été rouvert à Abidjan après des travaux. " * 4
    file = mail(tmp_path, "TEXT", head="Content-Type: text/plain; charset=x-unknown\nContent-Transfer-Encoding: 8bit\n")
    file.write_bytes(file.read_bytes().replace(b"TEXT", text.encode("cp1252")))
    read = read_mail(file)

    assert read.text == text.strip()
    assert "encoding" in read.notes[0]


@pytest.mark.parametrize(
    "kind", ['multipart/encrypted; boundary="a"', "application/pkcs7-mime; smime-type=enveloped-data"]
)
def test_an_encrypted_mail_is_refused(tmp_path: Path, kind: str) -> None:
    """With the cure."""
    with pytest.raises(UnreadableDocument, match="without encryption"):
        read_mail(mail(tmp_path, "--a\n\nAAAA\n--a--", head=f"Content-Type: {kind}\n"))
