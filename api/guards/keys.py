"""Keys of staff at the edge: the dependencies of routes that need one, by the header `Authorization: Bearer`.

In: requests. Out: the key of a request, in `request.state.key` too; or 401, 403, and 503 where the keys can't be read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer

from qa.records.database import Database, DatabaseGone
from qa.records.keys import PREFIX, Scope, find_key, note_use, read_keys
from qa.records.models import StaffKey

FRESH_S = 5.0  # after which keys are read anew: so long may a revoked one still serve
NOTED_S = 60.0  # between two notes of a key's last use
BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="A key made by `waymark keys create`.")
BASIC = HTTPBasic(auto_error=False, realm="Waymark")
DATABASE_GONE = "Keys can't be checked now; see the operator's log."

logger = logging.getLogger(__name__)


class Keyring:
    """The keys of staff. All are read at once every few seconds, so no flood of wrong ones reaches the database."""

    def __init__(self, database: Database) -> None:
        """Take the database; it is opened when the first key is to be checked."""
        self._database = database
        self._thread = ThreadPoolExecutor(1, "keys")
        self._reading: asyncio.Future[dict[str, StaffKey]] | None = None
        self._read_at = 0.0
        self._noted_at: dict[str, float] = {}

    async def find(self, text: str) -> StaffKey | None:
        """Return the valid key that a text is, and note its use; None where it is none. Raises DatabaseGone."""
        loop = asyncio.get_running_loop()
        if self._reading is None or (self._reading.done() and loop.time() - self._read_at > FRESH_S):
            self._reading = loop.run_in_executor(self._thread, self._read)
            self._read_at = loop.time()
        key = find_key(await asyncio.shield(self._reading), text)
        if key and loop.time() - self._noted_at.get(key.id, -NOTED_S) >= NOTED_S:
            self._noted_at[key.id] = loop.time()
            self._thread.submit(note_use, self._database, key.id)  # nobody waits for it, nor hears where it fails
        return key

    def _read(self) -> dict[str, StaffKey]:
        try:
            return read_keys(self._database)
        except DatabaseGone as error:
            logger.warning("keys can't be checked: %s", error)
            raise


def needs(scope: Scope) -> Callable[..., Awaitable[StaffKey]]:
    """Return a dependency of staff routes, which yields the key of a request and refuses who has none of this scope.

    As `dependencies=[Depends(needs(Scope.INGEST))]`; the route declares `problem_responses(401, 403, 503)`.
    """

    async def require(
        request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER, scopes=[scope])]
    ) -> StaffKey:
        try:
            key = await request.state.keyring.find(bearer.credentials) if bearer else None
        except DatabaseGone as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, DATABASE_GONE) from error
        return _checked(request, key, scope)

    return require


def needs_in_browser(scope: Scope) -> Callable[..., Awaitable[StaffKey]]:
    """Return a dependency like that of `needs` for pages: a browser asks for the key, as the password of any name."""

    async def require(request: Request, basic: Annotated[HTTPBasicCredentials | None, Depends(BASIC)]) -> StaffKey:
        bearer = basic and HTTPAuthorizationCredentials(scheme="Bearer", credentials=basic.password)
        try:
            return await needs(scope)(request, bearer)
        except HTTPException as refusal:
            if refusal.status_code == HTTPStatus.UNAUTHORIZED:
                refusal.headers = BASIC.make_authenticate_headers()
            raise

    return require


def admits(scope: Scope) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency of public routes, which need a key only where WAYMARK_PUBLIC is false.

    Where they are open, any other bearer's text than a key of Waymark counts for none: clients send what they were
    configured to. So does a key while the keys can't be read.
    """

    async def admit(request: Request) -> None:
        bearer = await BEARER(request)
        if not request.state.settings.public:
            await needs(scope)(request, bearer)
        elif bearer and bearer.credentials.startswith(PREFIX):
            try:
                key = await request.state.keyring.find(bearer.credentials)
            except DatabaseGone:
                return
            _checked(request, key, scope)

    return admit


def _checked(request: Request, key: StaffKey | None, scope: Scope) -> StaffKey:
    if key is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, headers={"www-authenticate": "Bearer"})
    if scope not in key.scopes:
        raise HTTPException(HTTPStatus.FORBIDDEN, f"This key lacks the scope {scope}.")
    request.state.key = key
    return key
