"""The process around the core: settings, wiring, relay, schedule, console, doctor."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord  # noqa: F401
