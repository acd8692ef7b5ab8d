"""Fixtures: real collections, and one real Anki for all tests that need a whole one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from anki.collection import Collection

import dev
from tests import whole_anki
from tests.anking import GeneratedCollection, generate_collection

if TYPE_CHECKING:
    from aqt.main import AnkiQt

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
whole_anki.be_a_user_of_ones_own()

# Notes: enough for every tag scheme and card state, few enough to copy for each test.
SMALL = 400


# The same examples in every run: a test that failed yesterday fails today. Other examples are for
# those who look for them: pytest --hypothesis-profile=explore.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("steady")

_exit_status = 0


def pytest_sessionfinish(exitstatus: int) -> None:
    """Keeps the result for the very end."""
    global _exit_status
    _exit_status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Ends the process as it stands once Anki ran in it.

    Python takes Qt's web views apart in an order that now and then crashes them, after every test
    has passed and been reported.
    """
    if "aqt.main" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_exit_status)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> GeneratedCollection:
    """A small AnKing-like collection, made once; tests work on copies."""
    path = tmp_path_factory.mktemp("template") / "collection.anki2"
    return generate_collection(path, notes=SMALL, seed=7)


@pytest.fixture
def collection_path(template: GeneratedCollection, tmp_path: Path) -> Path:
    """A copy of the template's file."""
    path = tmp_path / "collection.anki2"
    shutil.copy(template.path, path)
    return path


@pytest.fixture
def col(collection_path: Path) -> Iterator[Collection]:
    """A copy of the template, open."""
    collection = Collection(str(collection_path))
    yield collection
    collection.close()


@pytest.fixture(scope="session")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnkiQt]:
    """A whole Anki with the built package in it; use `mw`, which gives it a fresh collection."""
    base = tmp_path_factory.mktemp("anki base with spaces and ümlaut")
    package = base / "remediation.ankiaddon"
    dev.build_package(package)
    whole_anki.make_profile(base)
    whole_anki.install_package(base, package)
    mw = whole_anki.start(base)
    yield mw
    whole_anki.close(mw)


@pytest.fixture
def mw(anki: AnkiQt, template: GeneratedCollection) -> AnkiQt:
    """The main window on a fresh copy of the template."""
    whole_anki.close(anki)
    folder = Path(anki.pm.profileFolder())
    for old in folder.glob("collection.anki2*"):
        old.unlink()
    shutil.copy(template.path, folder / "collection.anki2")
    whole_anki.open_profile(anki)
    # What the add-on looks for when a profile opens must not find what the test is about to write.
    whole_anki.idle(anki)
    return anki
