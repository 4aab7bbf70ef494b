"""A stateful fake Slack: Web API, Socket Mode, signed HTTP, Block Kit and its limits.

At a glance::

    async with FakeSlack() as slack:                      # a server on 127.0.0.1; FakeSlack(port=…) for a fixed port
        slack.api_url, slack.bot_token, slack.app_token, slack.signing_secret       # settings for the app
        ada = slack.add_user("ada", is_admin=True, email="ada@acme.example")         # and is_owner, is_restricted, tz …
        doors = slack.add_channel("doors", ada, private=True)
        other = slack.add_team("Other"); eve = slack.add_user("eve", team=other)
        slack.install(manifest)                           # optional: only its scopes, commands, events work

        # what people do: a Delivery comes back when the app has acknowledged (or ack_timeout is over)
        delivery = await slack.command(ada, "/usher", f"invite create for {slack.mention(ada)}", channel=doors)
        delivery.acked, delivery.in_time, delivery.latency, delivery.error, delivery.ack, delivery.status
        message = await delivery.reply()                  # from the acknowledgement or a response_url, whichever first
        view = await delivery.form()                      # or `outcome()`: a message or a view
        await slack.click(ada, message, "Approve")        # by text or action_id; refuses what is not on the screen
        await slack.choose(ada, message, "role", "Designer")
        await slack.raw_action(ada, "approve", "req-1", message=message)    # stale or forged
        await slack.submit(ada, {"Reason": "new here"})   # the modal on top; also close_modal, suggest, shortcut
        await slack.say(ada, "hello"); await slack.open_home(ada); await slack.uninstall()
        bob = await slack.join_team("bob")
        event = await slack.event({"type": "…"}); await slack.redeliver(event)

        # what they see
        slack.messages(doors), slack.messages(ada), slack.seen_by(ada), slack.home(ada), slack.modal(ada)
        slack.text(message), slack.buttons(message)       # as on the screen
        [(file.name, file.text) for file in slack.files(ada)]                        # shared in her direct messages
        await slack.wait_message(doors, "Approved"); await slack.wait_for(lambda: …)   # woken by every change

        # how it is delivered, and how that breaks
        await slack.connected(); await slack.disconnect("refresh_requested"); slack.abort(); slack.socket.mute = True
        slack.transport = "http"; slack.request_url = "http://127.0.0.1:…/slack/events"
        slack.http.signing = "forged"                     # or "old", "missing", "good"
        await slack.url_verification(); await slack.ssl_check()
        fault = slack.fail_next("chat.postMessage", "lost", times=1, where=lambda args: …)    # kinds: see Fault
        await fault.reached(); fault.release()            # for "slow" and "stuck"
        slack.fail_next("response_url", "http_500"); slack.fail_next("upload", "http_503"); slack.team.token_error = "token_revoked"
        slack.enforce_rate_limits = True; slack.clock = lambda: …; slack.ack_timeout = 0.1

        # the record
        slack.log, slack.calls("chat.postMessage")        # requests, deliveries, acks, response_urls, in order
        with slack.expect_violation("invalid_blocks"): …
        slack.assert_clean()                              # at the end of every test

As a process: `python -m tests.fakes.slack --port N`, driven with `remote.fake_slack_process()`. Bolt apps on either
transport: `apps.over_socket(slack, app)`, `apps.over_http(slack, app)`.

`wait=False` on command, click, submit and events sends without waiting for the acknowledgement. Each rule of the
platform that the app breaks (unknown route, method, argument, block, key; a limit passed; a bad acknowledgement) is
answered as Slack answers it and kept in `slack.violations`. Answers that depend on the state of the workspace
(`channel_not_found`, `is_archived`, `hash_conflict`, `expired_trigger_id` …) are no violations.
"""

from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.server import FakeSlack

__all__ = ["Delivery", "FakeSlack", "NotPossible"]
