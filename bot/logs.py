"""Logs: to standard error, one line an event, and never a secret in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: Tokens and codes by their shape, for texts that come from a library and may quote one.
_SHAPES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?:Bot|Bearer) [\w.-]{20,}"
    r"|\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){3}\b|(?<=/webhooks/)\d+/[\w-]{20,}"
)
_HIDDEN = "[hidden]"
_FIRST = ("timestamp", "level", "event")


class Redact:
    """Replaces the secrets of this process, and whatever looks like a token or an invite code."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, value: str) -> str:
        if self._known is not None:
            value = self._known.sub(_HIDDEN, value)
        return _SHAPES.sub(_HIDDEN, value)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        del logger, method
        return {key: self.text(value) if isinstance(value, str) else value for key, value in event.items()}


def _traceback_as_name(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The fault in one word or two, for a terminal where a person reads."""
    del logger, method
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    if isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        event["fault"] = f"{type(fault).__name__}: {fault}"
    return event


def configure(*, level: str = "INFO", secrets: Iterable[str] = (), tracebacks: bool = True) -> None:
    """Sets up structlog and, for the libraries, the standard logging behind one and the same rendering.

    A terminal gets ``key=value``, anything else a JSON object a line. ``tracebacks`` go into a field, so that they too
    stay on the event's own line.
    """
    stamp: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finish: list[Processor] = [
        structlog.processors.format_exc_info if tracebacks else _traceback_as_name,
        Redact(secrets),
        _renderer(terminal=sys.stderr.isatty()),
    ]
    structlog.configure(
        processors=[*stamp, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*stamp, _library],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
        )
    )
    handler.addFilter(
        lambda record: "voice will NOT be supported" not in record.getMessage()
    )  # nor is it meant to be
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING")


def _renderer(*, terminal: bool) -> Processor:
    if terminal:
        return structlog.processors.LogfmtRenderer(key_order=list(_FIRST), bool_as_flag=False)
    to_json = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str | bytes:
        first = {key: event.pop(key) for key in _FIRST if key in event}
        return to_json(logger, method, {**first, **event})

    return render


def _library(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Which library speaks."""
    del method
    record: Any = event.get("_record")
    event["library"] = record.name if record is not None else getattr(logger, "name", "")
    return event
