"""PDFs are read through Qt, and a process can have one Qt application: Anki's, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from aqt.main import AnkiQt


@pytest.fixture(scope="session", autouse=True)
def _the_only_qt_application(anki: AnkiQt) -> None:
    """Starts Anki first: an application that a PDF test made could not be replaced later."""
