"""The add-on's windows by the names under which Anki keeps them, so that there is one of each."""

from __future__ import annotations

IMPORT_DIALOG = "RemediationImport"
NAMING_WINDOW = "RemediationNaming"
RULES_DIALOG = "RemediationRules"
