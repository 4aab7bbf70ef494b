"""Requests to the app's own address, signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.answers import accept

if TYPE_CHECKING:
    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.server import FakeSlack

Signing = Literal["good", "forged", "old", "missing"]
_FORM = "application/x-www-form-urlencoded"
_OLD = 10 * 60


class HttpMode:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.signing: Signing = "good"
        self._session: aiohttp.ClientSession | None = None

    def headers(self, body: bytes, content_type: str) -> dict[str, str]:
        # The real time, not the test's clock: the libraries compare it with their own.
        stamp = str(int(time.time()) - (_OLD if self.signing == "old" else 0))
        secret = "not-the-secret" if self.signing == "forged" else self._slack.signing_secret
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if self.signing != "missing":
            headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        return headers

    async def send(self, delivery: Delivery) -> None:
        body, content_type = _encode(delivery)
        extra = {}
        if delivery.attempt:
            extra = {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": delivery.reason}
        delivery.started()
        self._slack.record_delivery(delivery, connection="http")
        await self._post(delivery, body, self.headers(body, content_type) | extra)
        self._slack.changed()

    async def _post(self, delivery: Delivery, body: bytes, headers: dict[str, str]) -> None:
        url = self._slack.request_url
        assert url is not None, "slack.request_url is not set"
        timeout = aiohttp.ClientTimeout(total=self._slack.ack_timeout)
        try:
            async with self._client().post(url, data=body, headers=headers, timeout=timeout) as response:
                delivery.status = response.status
                delivery.headers = dict(response.headers)
                delivery.body = await response.text()
        except TimeoutError:
            delivery.failed("operation_timeout")
        except aiohttp.ClientError:
            delivery.failed("connection_failed")
        else:
            self._judge(delivery)

    def _judge(self, delivery: Delivery) -> None:
        if delivery.status != 200:
            delivery.failed(f"http_{delivery.status}")
            return
        text = delivery.body or ""
        payload: Any = {"text": text} if text else None
        if delivery.headers.get("Content-Type", "").startswith("application/json"):
            try:
                payload = json.loads(text)
            except ValueError:
                self._slack.violate("ack", "invalid_json", text[:200])
        if delivery.payload.get("type") in {"url_verification", "ssl_check"}:
            delivery.acknowledged(payload or {})
        else:
            accept(self._slack, delivery, payload)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _encode(delivery: Delivery) -> tuple[bytes, str]:
    payload = delivery.payload
    if delivery.kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if delivery.kind == "slash_commands":
        return urlencode({key: value for key, value in payload.items() if key != "type"}).encode(), _FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), _FORM


def retry_reason(delivery: Delivery) -> str:
    """How Slack names, in a retry, why the last attempt failed."""
    if delivery.error in {None, "operation_timeout"}:
        return "http_timeout"
    return "connection_failed" if delivery.error == "connection_failed" else "http_error"
