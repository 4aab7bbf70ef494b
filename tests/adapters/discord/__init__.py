"""The adapter for Discord, driven through the unmodified library against the local server."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord  # noqa: F401
