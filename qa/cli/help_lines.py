"""The commands about the help card: check and confirm its lines, and write its page; they hold no logic."""

from pathlib import Path
from typing import Annotated

import typer

from corpus.language.detection import UN_LANGUAGES
from qa.cli.printing import err, errors_shown, fail, out
from qa.safety.help_lines import LINES, TO_VERIFY, HelpEntry, confirm, oldest_day, problems_of, read_entries
from qa.safety.help_page import help_page
from qa.safety.intake import Intake
from qa.settings import Settings

app = typer.Typer(help="Check and confirm the lines of the help card.", no_args_is_help=True)

Field = Annotated[str | None, typer.Option(help="Replace what the line says.")]


@app.command("check")
def check_lines() -> None:
    """List the lines that are stale or contradictory, and those that nobody sees until they are confirmed."""
    with errors_shown():
        settings = Settings()
        entries = read_entries(settings.help_lines or LINES)
        problems = problems_of(entries, oldest_day(settings.help_stale_days))
        waiting = read_entries(TO_VERIFY)
    for entry, found in problems.items():
        out.print("\n    ".join([_name(entry), *found]), markup=False)
    out.print(f"\nNot shown until confirmed, {len(waiting)} lines:")
    for entry in waiting:
        doubt = f"; {entry.doubt}" if entry.doubt else ""
        out.print(f"{_name(entry)}\n    {entry.source}{doubt}", markup=False)
    confirmed = sum(entry.checked is not None for entry in entries)
    err.print(f"{len(entries)} lines are shown, {confirmed} of them confirmed; {len(problems)} have a problem.")
    err.print("Call a number, then: waymark help-lines confirm COUNTRY NUMBER", markup=False)


@app.command("confirm")
def confirm_line(
    country: Annotated[str, typer.Argument(help="The country's English name.")],
    number: Annotated[str, typer.Argument(help="The line's number as it stands in the list.")],
    file: Annotated[
        Path | None, typer.Option(help="Your own file; WAYMARK_HELP_LINES if not given. Its comments are not kept.")
    ] = None,
    new_number: Annotated[str | None, typer.Option(help="The number that replaces it.")] = None,
    service: Field = None,
    hours: Field = None,
    sms: Field = None,
    chat: Field = None,
    url: Field = None,
) -> None:
    """Write into your own file that your organisation has confirmed a line today, with what has changed."""
    with errors_shown():
        settings = Settings()
        chosen = file or settings.help_lines or fail("name a file of your own by --file or WAYMARK_HELP_LINES")
        given = {"number": new_number, "service": service, "hours": hours, "sms": sms, "chat": chat, "url": url}
        changes = {name: value for name, value in given.items() if value is not None}
        entry = confirm(chosen, country, number, changes)
    err.print(f"{_name(entry)} is confirmed as of {entry.checked} in {chosen}.", markup=False)
    if chosen != settings.help_lines:
        err.print(f"Set WAYMARK_HELP_LINES={chosen} and restart the server to have it shown.", markup=False)


def write_help_page(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("help.html"),
    language: Annotated[str, typer.Option(help=f"The language that is shown first: {', '.join(UN_LANGUAGES)}.")] = "en",
) -> None:
    """Write a page with all that the help card can show, for a site to keep as a file of its own."""
    if language not in UN_LANGUAGES:
        fail(f"the page is in {', '.join(UN_LANGUAGES)}; give one of them by --language, not {language}")
    with errors_shown():
        intake = Intake.from_settings(Settings())
        languages = sorted(UN_LANGUAGES, key=lambda code: code != language)
        page = help_page([intake.help_book(code) for code in languages])
        file.write_text(page, encoding="utf-8")
    err.print(f"{file} needs no server and no script; put it on your own site and link it.", markup=False)


def _name(entry: HelpEntry) -> str:
    return f"{entry.country}, {entry.number} ({entry.service})"
