"""The add-on's windows by the names under which Anki keeps them, so that there is one of each."""

from __future__ import annotations

TODAY_WINDOW = "RemediationToday"
IMPORT_DIALOG = "RemediationImport"
NAMING_WINDOW = "RemediationNaming"
QUESTIONS_DIALOG = "RemediationQuestions"
RAPID_FIRE_DIALOG = "RemediationRapidFire"
RULES_DIALOG = "RemediationRules"
SETTINGS_DIALOG = "RemediationSettings"
REMOVAL_DIALOG = "RemediationRemoval"
