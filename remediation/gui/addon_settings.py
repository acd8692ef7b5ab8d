"""The settings of this Anki, and how an unexpected error is shown."""

from __future__ import annotations

from aqt.errors import show_exception
from aqt.main import AnkiQt
from aqt.qt import QWidget
from aqt.utils import tooltip

from ..settings import Settings, from_config

# AnkiWeb gives the add-on's folder a number as its name.
ADDON = __name__.partition(".")[0]
# Where the choices of the last import are kept: in Anki's profile, as they belong to this computer.
LAST_CHOICES = "remediationImportChoices"


def load(mw: AnkiQt) -> Settings:
    """The settings as they are; a value that cannot be used is replaced and named."""
    settings, problems = from_config(mw.addonManager.getConfig(ADDON) or {})
    if problems:
        tooltip("<br>".join(["Remediation settings:", *problems]), period=6000)
    return settings


def show_error(parent: QWidget, error: Exception) -> None:
    """Shows an error nobody expected, with what is needed to report it."""
    show_exception(parent=parent, exception=error)
