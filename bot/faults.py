"""What ends a command with a sentence and an exit code. Imports nothing: every command needs it, the quick ones too."""

from __future__ import annotations


class SettingsError(Exception):
    """A setting is wrong or missing: the message names it and says what to do. Wrong use."""


class StartError(Exception):
    """Something outside is not as it has to be (a token, a port, a database): the message says what to do."""
