"""Anki's own sync server on this machine, and collections that sync through it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anki.collection import Collection
from anki.sync import SyncAuth

_USER, _PASSWORD = "student", "secret"
_PATIENCE_SECONDS = 30


@contextmanager
def sync_server(folder: Path) -> Iterator[str]:
    """A running server; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"],
        env={
            **os.environ,
            "SYNC_USER1": f"{_USER}:{_PASSWORD}",
            "SYNC_BASE": str(folder),
            "SYNC_HOST": "127.0.0.1",
            "SYNC_PORT": str(port),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the sync server did not start")


def log_in(col: Collection, address: str) -> SyncAuth:
    """The key with which a collection syncs."""
    return col.sync_login(_USER, _PASSWORD, address)


def sync(col: Collection, auth: SyncAuth) -> None:
    """A normal sync. Raises RuntimeError where Anki would ask for a one-way one."""
    result = col.sync_collection(auth, sync_media=False)
    if result.required not in (result.NO_CHANGES, result.NORMAL_SYNC):
        raise RuntimeError("this would need a one-way sync")


def upload(col: Collection, auth: SyncAuth) -> None:
    """Makes the server's collection this one."""
    _one_way(col, auth, upload=True)


def download(col: Collection, auth: SyncAuth) -> None:
    """Makes this collection the server's."""
    _one_way(col, auth, upload=False)


def _one_way(col: Collection, auth: SyncAuth, *, upload: bool) -> None:
    col.sync_collection(auth, sync_media=False)
    col.close_for_full_sync()
    col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
    col.reopen(after_full_sync=True)
