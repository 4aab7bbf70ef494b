"""A stateful fake of Slack."""

from tests.fakes.slack.server import FakeSlack

__all__ = ["FakeSlack"]
