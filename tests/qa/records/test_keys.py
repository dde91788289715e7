"""Keys are good for what they were made for, until they are revoked or expire; their secrets are kept nowhere."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from qa.records.database import Database
from qa.records.keys import Scope, UnknownKey, create_key, find_key, note_use, read_keys, revoke_key
from qa.records.models import StaffKey


def test_a_key_lives_until_it_is_revoked(database: Database) -> None:
    """A new key is found by its text, with its scopes; a revoked one is not, and can't be revoked again."""
    key, text = create_key(database, "notebooks", [Scope.SEARCH, Scope.ASK])
    found = find_key(read_keys(database), text)
    revoke_key(database, key.id)

    assert found
    assert (found.id, found.name, found.scopes) == (key.id, "notebooks", ["ask", "search"])
    assert find_key(read_keys(database), text) is None
    with pytest.raises(UnknownKey):
        revoke_key(database, key.id)
    with pytest.raises(UnknownKey):
        revoke_key(database, "00000000")


def test_a_key_expires(database: Database) -> None:
    """A key is good until its time is over."""
    texts = [create_key(database, "short", [Scope.ASK], timedelta(seconds=seconds))[1] for seconds in (-1, 60)]
    keys = read_keys(database)

    assert [find_key(keys, text) is not None for text in texts] == [False, True]


def test_only_the_whole_key_is_one(database: Database) -> None:
    """A text with another secret, another id, or anything around it is no key."""
    key, text = create_key(database, "notebooks", [Scope.ASK])
    other = create_key(database, "other", [Scope.ASK])[1]
    wrong = [
        "",
        "wm_",
        key.id,
        text[:-1],
        f"{text} ",
        text.upper(),
        f"wm_{key.id}{other[11:]}",
        f"wm_00000000{text[11:]}",
    ]

    assert [find_key(read_keys(database), each) for each in wrong] == [None] * len(wrong)


def test_the_secret_is_not_kept(database: Database) -> None:
    """The database holds nothing that would pass for a key."""
    _, text = create_key(database, "notebooks", [Scope.ASK])
    with database.session() as session:
        row = session.execute(select(*StaffKey.__table__.columns)).one()

    assert text[12:] not in repr(tuple(row))


def test_the_last_use_is_kept(database: Database) -> None:
    """It is noted when a key was used, in UTC."""
    key, _ = create_key(database, "notebooks", [Scope.ASK])
    note_use(database, key.id)
    last_used = read_keys(database)[key.id].last_used

    assert key.last_used is None
    assert last_used
    assert timedelta(0) <= datetime.now(UTC) - last_used < timedelta(minutes=1)
