"""Remediation: an add-on for Anki. Everything is in `remediation`; this only starts it."""

# Only a running Anki has a main window; test tools import this file as well.
try:
    from aqt import mw
except ImportError:
    mw = None

if mw is not None:
    from .remediation import addon

    addon.start(mw)
