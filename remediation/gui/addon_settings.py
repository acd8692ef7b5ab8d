"""The settings of this Anki, and how an unexpected error is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aqt.errors import show_exception
from aqt.main import AnkiQt
from aqt.qt import QWidget
from aqt.utils import tooltip

from ..settings import CONFIG_VERSION, VERSION_KEY, Settings, from_config, repaired

# AnkiWeb gives the add-on's folder a number as its name.
ADDON = __name__.partition(".")[0]
# Where the choices of the last import are kept: in Anki's profile, as they belong to this computer.
LAST_CHOICES = "remediationImportChoices"
# A configuration that had to be repaired, as it was. Anki keeps the folder when it updates add-ons.
OLD_CONFIG = Path("user_files") / "config.old.json"
# What was said to be wrong since Anki was started, in each profile (its name).
_told_in_profile: dict[str | None, set[str]] = {}


def load(mw: AnkiQt) -> Settings:
    """The settings as they are: those of this computer, and those that the collection keeps.

    A value that cannot be used is replaced and named, once while Anki runs. A configuration that is
    damaged or from an earlier version is repaired, and said to be; what was there is kept in
    OLD_CONFIG.
    """
    stored = _stored(mw)
    config, told = repaired(stored)
    settings, problems = from_config(config)
    is_repaired = config != stored and _keep_old(mw, stored)
    if is_repaired:
        mw.addonManager.writeConfig(ADDON, config)
        told.append(f"What was there before is kept as {OLD_CONFIG.name}.")
    settings, shared_problems = _with_shared(mw, settings)
    told += problems + shared_problems
    known = _told_in_profile.setdefault(mw.pm.name, set())
    if not is_repaired:
        told = [problem for problem in told if problem not in known]
    known.update(told)
    if told:
        tooltip("<br>".join(["Remediation settings:", *map(_as_html, told)]), period=6000)
    return settings


def load_quietly(mw: AnkiQt) -> Settings:
    """The settings as they are, without a word about wrong ones, and without repairing any.

    For where nobody opened a window of the add-on.
    """
    return _with_shared(mw, load_computers(mw))[0]


def load_computers(mw: AnkiQt) -> Settings:
    """What this computer's configuration says, whatever the collection keeps."""
    return from_config(repaired(_stored(mw))[0])[0]


def save_computers(mw: AnkiQt, values: Mapping[str, Any]) -> None:
    """Writes these settings (by name) into this computer's configuration."""
    config = {VERSION_KEY: CONFIG_VERSION, **repaired(_stored(mw))[0], **values}
    mw.addonManager.writeConfig(ADDON, config)


def is_open(mw: AnkiQt) -> bool:
    """Whether there is a collection: none during a full sync, or while profiles are switched."""
    return mw.col is not None and mw.col.db is not None


def show_error(parent: QWidget, error: Exception) -> None:
    """Shows an error nobody expected, with what is needed to report it."""
    show_exception(parent=parent, exception=error)


def _stored(mw: AnkiQt) -> Any:
    """What the student's configuration is, whatever it is; {} where nothing was ever set.

    Anki's own reading of it fails where it is not a dictionary, and hides that it has no version.
    """
    return mw.addonManager.addonMeta(ADDON).get("config", {})


def _with_shared(mw: AnkiQt, settings: Settings) -> tuple[Settings, list[str]]:
    # Imported when first needed: starting Anki must not wait for it.
    from ..collection.shared_settings import with_shared

    return with_shared(mw.col, settings) if is_open(mw) else (settings, [])


def _keep_old(mw: AnkiQt, config: Any) -> bool:
    """Whether it could be written: else nothing is repaired, and all is as it was next time."""
    target = Path(mw.addonManager.addonsFolder(ADDON)) / OLD_CONFIG
    try:
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(config, indent=4, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        logger = mw.addonManager.get_logger(ADDON)
        logger.warning("old settings not kept", exc_info=error)
        return False
    return True


def _as_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
