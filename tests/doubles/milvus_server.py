"""A Milvus for tests: Milvus Lite, behind gRPC in this process, which can be stopped and started again."""

import time
from contextlib import suppress
from pathlib import Path

from embeddings.index.milvus_index import MilvusProblem, connect

PATIENCE_S = 60


class MilvusServer:
    """A server at `address`, which keeps its collections in a folder."""

    def __init__(self, folder: Path) -> None:
        """Start a server on a free port."""
        self._folder, self._port = folder, 0
        self.start()

    @property
    def address(self) -> str:
        """The address as `WAYMARK_VECTORS` takes it."""
        return f"milvus+http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, on the port that it had."""
        from milvus_lite.adapter.grpc.server import start_server_in_thread

        self._server, self._database, self._port = start_server_in_thread(str(self._folder), port=self._port)

    def restart(self) -> None:
        """Start it again, and return once this process has noticed."""
        self.start()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with suppress(MilvusProblem):
                self.collections  # noqa: B018 - asks
                return
            time.sleep(0.1)
        raise AssertionError("no client got through")

    def stop(self) -> None:
        """Stop it at once, in the middle of what it does."""
        self._server.stop(None).wait()
        self._database.close()

    @property
    def collections(self) -> list[str]:
        """The names of the collections that there are."""
        with connect(self.address).asked() as client:
            return sorted(client.list_collections())

    @property
    def aliased(self) -> str:
        """The collection that the alias names."""
        with connect(self.address).asked() as client:
            return str(client.describe_alias("waymark")["collection_name"])
