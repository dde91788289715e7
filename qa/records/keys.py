"""Keys of staff: create, list and revoke them, and tell whose a key is.

A key is `wm_`, its id, `_` and a secret of 256 random bits. Only the secret's SHA-256 is kept: a slow hash protects
what people think up, and nobody guesses this. Digests are compared in constant time.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from qa.records.database import Database
from qa.records.models import StaffKey

PREFIX = "wm_"
FORM = re.compile(PREFIX + "([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key is good for."""

    ASK = "ask"
    SEARCH = "search"
    INGEST = "ingest"
    ADMIN = "admin"


class UnknownKey(LookupError):
    """There is no key of this id, or it is revoked already."""


def create_key(
    database: Database, name: str, scopes: Iterable[Scope], lifetime: timedelta | None = None
) -> tuple[StaffKey, str]:
    """Return a new key, and the text that its holder sends, which can't be had again. Raises DatabaseGone."""
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    key = StaffKey(
        id=secrets.token_hex(4),
        name=name,
        digest=_digest(secret),
        scopes=sorted(scopes),
        created=now,
        expires=lifetime and now + lifetime,
    )
    with database.session() as session:
        session.add(key)
    return key, f"{PREFIX}{key.id}_{secret}"


def read_keys(database: Database) -> dict[str, StaffKey]:
    """Return all keys by id, oldest first. Raises DatabaseGone."""
    with database.session() as session:
        return {key.id: key for key in session.scalars(select(StaffKey).order_by(StaffKey.created))}


def revoke_key(database: Database, id: str) -> None:
    """Make a key worthless. Raises UnknownKey, and DatabaseGone."""
    with database.session() as session:
        if (key := session.get(StaffKey, id)) is None or key.revoked:
            raise UnknownKey(f"there is no key {id} that could be revoked; see: waymark keys list")
        key.revoked = datetime.now(UTC)


def note_use(database: Database, id: str) -> None:
    """Keep that a key was used now. Raises DatabaseGone."""
    with database.session() as session:
        session.execute(update(StaffKey).where(StaffKey.id == id).values(last_used=datetime.now(UTC)))


def is_valid(key: StaffKey) -> bool:
    """Return whether a key is neither revoked nor expired."""
    return key.revoked is None and (key.expires is None or datetime.now(UTC) < key.expires)


def find_key(keys: Mapping[str, StaffKey], text: str) -> StaffKey | None:
    """Return the valid key that a text is; None where it is none."""
    if not (parts := FORM.fullmatch(text)):
        return None
    key = keys.get(parts[1])
    is_same = hmac.compare_digest(_digest(parts[2]), key.digest if key else b"")
    return key if key and is_same and is_valid(key) else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
