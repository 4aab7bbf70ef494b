"""What an acknowledgement or a POST to a response_url makes the person see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from tests.fakes.slack.chat import change, new_message
from tests.fakes.slack.errors import CONTRACT_CODES, SlackError
from tests.fakes.slack.faults import AFTER_EFFECT, HELD
from tests.fakes.slack.validate import check_answer, check_message, check_options
from tests.fakes.slack.views import apply_response

if TYPE_CHECKING:
    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.server import FakeSlack

USES_AT_MOST: Final = 5
LIFE: Final = 30 * 60
RESPONSE_URL: Final = "response_url"
"""The name under which faults and the log know these addresses."""


@dataclass(slots=True, eq=False)
class ResponseUrl:
    delivery: Delivery
    expires: float
    uses: int = 0


def accept(slack: FakeSlack, delivery: Delivery, payload: Any) -> None:
    """Take an acknowledgement; `payload` is None or empty when it carries nothing."""
    delivery.acknowledged(payload if isinstance(payload, dict) else {})
    entry = slack.record("ack", delivery.kind, delivery=delivery, payload=payload)
    if not delivery.in_time:
        # The person has been told that the app did not answer; what comes now is dropped.
        return
    problems = (
        _apply(slack, delivery, payload or {}) if isinstance(payload or {}, dict) else ["must be an object"]
    )
    if problems:
        entry.data["problems"] = problems
        delivery.error = "invalid_ack"
        slack.violate("ack", f"invalid_{delivery.payload.get('type', delivery.kind)}_response", *problems)


def _apply(slack: FakeSlack, delivery: Delivery, payload: dict[str, Any]) -> list[str]:
    kind = delivery.payload.get("type")
    if delivery.kind == "slash_commands":
        return _say(slack, delivery, payload) if payload else []
    if kind == "view_submission" and delivery.view is not None:
        return apply_response(slack, delivery, delivery.view, payload)
    if kind == "block_suggestion":
        return check_options(payload)
    if kind == "view_closed" or delivery.kind == "events_api" or payload:
        return [f"the platform ignores what this acknowledgement carries: {payload}"] if payload else []
    return []


def _say(slack: FakeSlack, delivery: Delivery, payload: dict[str, Any]) -> list[str]:
    problems = check_answer(payload)
    if problems:
        return problems
    try:
        check_message(payload, total=False)
    except SlackError as error:
        return [error.code, *error.problems]
    _show(slack, delivery, payload)
    return []


def _show(slack: FakeSlack, delivery: Delivery, body: dict[str, Any]) -> None:
    original = delivery.message or next(iter(delivery.replies[-1:]), None)
    if body.get("delete_original"):
        _remove(slack, delivery)
        return
    if body.get("replace_original") and original is not None:
        if original.deleted:
            raise SlackError("message_not_found")
        change(slack, original, {"text": "", "attachments": [], **body})
        delivery.replies.append(original)
        return
    channel = slack.state.channels[delivery.channel_id or ""]
    message = new_message(slack, slack.state.teams[delivery.team_id], channel, body)
    if body.get("response_type", "ephemeral") == "ephemeral":
        message.ephemeral_to = delivery.user_id
        slack.state.ephemeral(message)
    else:
        channel.messages[message.ts] = message
    delivery.replies.append(message)


def _remove(slack: FakeSlack, delivery: Delivery) -> None:
    original = delivery.message or next(iter(delivery.replies[-1:]), None)
    if original is None or original.deleted:
        raise SlackError("message_not_found")
    original.deleted = True
    if original.ephemeral_to:
        slack.state.ephemerals[original.ephemeral_to].pop(original.ts, None)
    else:
        slack.state.channels[original.channel_id].messages.pop(original.ts, None)


class ResponseUrls:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.by_token: dict[str, ResponseUrl] = {}

    def new(self, delivery: Delivery) -> str:
        token = self._slack.state.new_id("R")
        self.by_token[token] = ResponseUrl(delivery, self._slack.clock() + LIFE)
        return f"{self._slack.url}/response/{token}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        slack = self._slack
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        entry = slack.record(RESPONSE_URL, request.match_info["token"], body=body)
        fault = slack.faults.take(RESPONSE_URL, body if isinstance(body, dict) else {})
        if fault is not None and fault.kind not in AFTER_EFFECT | HELD:
            return fault.answer(request)
        if fault is not None and fault.kind == "stuck":
            await fault.hold()
        response = self._answer(request.match_info["token"], body)
        entry.data["status"] = response.status
        slack.changed()
        if fault is not None and fault.kind == "slow":
            await fault.hold()
        return fault.answer(request) if fault is not None and fault.kind == "lost" else response

    def _answer(self, token: str, body: Any) -> web.Response:
        try:
            self._use(token, body)
        except SlackError as error:
            if error.code in CONTRACT_CODES:
                self._slack.violate(RESPONSE_URL, error.code, *error.problems)
            gone = error.code in {"used_url", "expired_url", "message_not_found", "no_such_url"}
            return web.json_response({"ok": False, "error": error.code}, status=404 if gone else 400)
        return web.Response(text="ok")

    def _use(self, token: str, body: Any) -> None:
        found = self.by_token.get(token)
        if found is None:
            raise SlackError("no_such_url")
        if self._slack.clock() > found.expires:
            raise SlackError("expired_url")
        if found.uses >= USES_AT_MOST:
            raise SlackError("used_url")
        problems = check_answer(body)
        if problems:
            raise SlackError("invalid_arguments", *problems)
        if not body.get("delete_original"):
            check_message(body, total=False)
        found.uses += 1
        _show(self._slack, found.delivery, body)
