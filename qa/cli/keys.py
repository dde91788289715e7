"""The commands about keys of staff: create, list and revoke them; they hold no logic."""

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from qa.cli.printing import err, errors_shown, out
from qa.records.database import Database, DatabaseGone
from qa.records.keys import Scope, UnknownKey, create_key, is_valid, read_keys, revoke_key
from qa.settings import Settings

app = typer.Typer(help="Create, list and revoke the keys of staff.", no_args_is_help=True)


def _lifetime(text: str) -> timedelta:
    if not (days := re.fullmatch("([1-9][0-9]{0,4})d", text)):
        raise typer.BadParameter("give days, as 90d")
    return timedelta(days=int(days[1]))


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, or what for.")],
    scope: Annotated[list[Scope], typer.Option(help="What it is good for; may be given several times.")],
    expires: Annotated[
        timedelta | None, typer.Option(parser=_lifetime, metavar="DAYS", help="Days that it is good for, as 90d.")
    ] = None,
) -> None:
    """Create a key, and print it this once."""
    with errors_shown(DatabaseGone):
        key, text = create_key(Database(Settings().database_url), name, set(scope), expires)
    out.print(text, markup=False)
    err.print(f"This is shown once. The key has the id {key.id}; revoke it by: waymark keys revoke {key.id}")


@app.command("list")
def list_keys() -> None:
    """List all keys: what each is good for, until when, and when it was used last."""
    with errors_shown(DatabaseGone):
        keys = read_keys(Database(Settings().database_url)).values()
    table = Table("id", "name", "scopes", "created", "expires", "last used", "")
    for key in keys:
        state = "" if is_valid(key) else "revoked" if key.revoked else "expired"
        moments = map(_day, (key.created, key.expires, key.last_used))
        table.add_row(key.id, escape(key.name), " ".join(key.scopes), *moments, state)
    out.print(table)


@app.command("revoke")
def revoke(id: Annotated[str, typer.Argument(help="The id of the key.")]) -> None:
    """Make a key worthless, on a running server within seconds."""
    with errors_shown(DatabaseGone, UnknownKey):
        revoke_key(Database(Settings().database_url), id)
    err.print(f"The key {id} is revoked.")


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
