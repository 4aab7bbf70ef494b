from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(monkeypatch, stream: io.StringIO):
    monkeypatch.setattr(sys, "stderr", stream)
    return lambda: stream.getvalue().splitlines()


def test_each_event_is_one_line_of_json_even_with_a_traceback(monkeypatch):
    lines = written(monkeypatch, io.StringIO())
    logs.configure()
    try:
        raise ValueError("first\nsecond")
    except ValueError as fault:
        structlog.get_logger("usher").error("fault", exc_info=fault, reference="ABC123")

    (line,) = lines()
    event = json.loads(line)
    assert list(event)[:3] == ["timestamp", "level", "event"]
    assert (event["event"], event["level"], event["reference"]) == ("fault", "error", "ABC123")
    assert "ValueError: first" in event["exception"]


def test_a_terminal_gets_keys_and_values(monkeypatch):
    lines = written(monkeypatch, Terminal())
    logs.configure()
    structlog.get_logger("usher").info("ready", seconds=1.5)

    (line,) = lines()
    assert line.endswith("level=info event=ready seconds=1.5")


def test_without_tracebacks_a_fault_is_named_in_a_word(monkeypatch):
    lines = written(monkeypatch, Terminal())
    logs.configure(tracebacks=False)
    try:
        raise ValueError("why")
    except ValueError:
        structlog.get_logger("usher").exception("fault")

    (line,) = lines()
    assert 'fault="ValueError: why"' in line
    assert "Traceback" not in line


def test_no_secret_token_or_code_is_written(monkeypatch):
    lines = written(monkeypatch, io.StringIO())
    logs.configure(secrets=["hunter2-hunter2", "short"])
    log = structlog.get_logger("usher")
    log.info(
        "said hunter2-hunter2", token="xoxb-1-2-abc", app="xapp-1-A-9", auth="Bearer abcdefghij.klmnopqrst"
    )
    log.info("visited", path="/i/ABCD-EFGH-JKMN-PQRS", hook="/webhooks/123/abcdefghijklmnopqrstuvwxyz")
    try:
        raise ValueError("password hunter2-hunter2")
    except ValueError:
        log.exception("fault")
    logging.getLogger("slack_sdk").error("token %s", "xoxb-1-2-abc")

    text = "\n".join(lines())
    assert len(lines()) == 4
    for hidden in ("hunter2", "xoxb-1", "xapp-1", "abcdefghij", "ABCD-EFGH"):
        assert hidden not in text


def test_libraries_speak_in_the_same_form_from_warnings_on(monkeypatch):
    lines = written(monkeypatch, io.StringIO())
    logs.configure()
    logging.getLogger("discord.gateway").info("connected")
    logging.getLogger("discord.gateway").warning("slow")
    logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be supported")

    (line,) = lines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["library"]) == ("slow", "warning", "discord.gateway")
