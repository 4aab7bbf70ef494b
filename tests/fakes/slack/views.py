"""views.* methods and what an acknowledged view submission does to the stack of modals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.entities import View
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.validate import check_view
from tests.fakes.slack.webapi import method

if TYPE_CHECKING:
    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.entities import Team
    from tests.fakes.slack.server import FakeSlack

MODALS_AT_MOST = 3


def _hash(slack: FakeSlack) -> str:
    return slack.state.new_ts()


def _body(slack: FakeSlack, view: dict[str, Any]) -> dict[str, Any]:
    return {**view, "blocks": slack.state.with_ids(view["blocks"])}


def _unique(slack: FakeSlack, team: Team, view: dict[str, Any], but: View | None = None) -> None:
    wanted = view.get("external_id")
    others = (other for other in slack.state.all_views() if other is not but and other.team_id == team.id)
    if wanted and any(other.external_id == wanted for other in others):
        raise SlackError("duplicate_external_id")


def push(slack: FakeSlack, team: Team, user_id: str, body: dict[str, Any]) -> View:
    """Put a modal on top of this person's stack."""
    check_view(body, "modal")
    _unique(slack, team, body)
    stack = slack.state.modals.setdefault(user_id, [])
    if len(stack) >= MODALS_AT_MOST:
        raise SlackError("push_limit_reached")
    view_id = slack.state.new_id("V")
    view = View(
        view_id, team.id, user_id, _body(slack, body), _hash(slack), stack[0].id if stack else view_id
    )
    view.previous_view_id = stack[-1].id if stack else None
    stack.append(view)
    return view


def replace(slack: FakeSlack, team: Team, view: View, body: dict[str, Any]) -> View:
    check_view(body, "home" if view.type == "home" else "modal")
    _unique(slack, team, body, view)
    view.body, view.hash, view.values = _body(slack, body), _hash(slack), {}
    return view


def _opened(slack: FakeSlack, team: Team, args: dict[str, Any], *, fresh: bool) -> dict[str, Any]:
    check_view(args["view"], "modal")
    delivery = slack.exchange(args["trigger_id"])
    if fresh:
        slack.state.modals[delivery.user_id] = []
    view = push(slack, team, delivery.user_id, args["view"])
    delivery.views.append(view)
    return {"view": view.public(team, slack.app_id)}


@method("views.open", "trigger_id view", "interactivity_pointer")
def views_open(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    return _opened(slack, team, args, fresh=True)


@method("views.push", "trigger_id view", "interactivity_pointer")
def views_push(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    return _opened(slack, team, args, fresh=False)


@method("views.update", "view", "view_id external_id hash")
def views_update(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    wanted, external = args.get("view_id"), args.get("external_id")
    if bool(wanted) == bool(external):
        raise SlackError("invalid_arguments", "must have exactly one of view_id, external_id")
    mine = (view for view in slack.state.all_views() if view.team_id == team.id)
    view = next(
        (view for view in mine if view.id == wanted or (external and view.external_id == external)), None
    )
    if view is None:
        raise SlackError("not_found")
    if args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    return {"view": replace(slack, team, view, args["view"]).public(team, slack.app_id)}


@method("views.publish", "user_id view", "hash")
def views_publish(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    user = slack.state.users.get(args["user_id"])
    if user is None or user.team_id != team.id:
        raise SlackError("user_not_found")
    if not slack.has_home:
        raise SlackError("not_enabled")
    if user.deleted:
        raise SlackError("user_not_found")
    check_view(args["view"], "home")
    view = slack.state.homes.get(user.id)
    if view is None:
        _unique(slack, team, args["view"])
        view_id = slack.state.new_id("V")
        view = View(view_id, team.id, user.id, _body(slack, args["view"]), _hash(slack), view_id)
        slack.state.homes[user.id] = view
    elif args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
    else:
        replace(slack, team, view, args["view"])
    return {"view": view.public(team, slack.app_id)}


def apply_response(slack: FakeSlack, delivery: Delivery, view: View, answer: dict[str, Any]) -> list[str]:
    """Do what the acknowledgement of a view_submission asks for; give back what is wrong with it."""
    action = answer.get("response_action")
    stack = slack.state.modals.get(view.user_id, [])
    if not answer:
        if view in stack:
            stack.remove(view)
        return []
    team = slack.state.teams[view.team_id]
    try:
        match action:
            case "clear":
                stack.clear()
            case "errors":
                return _show_errors(delivery, view, answer)
            case "update":
                delivery.views.append(replace(slack, team, view, answer["view"]))
            case "push":
                delivery.views.append(push(slack, team, view.user_id, answer["view"]))
            case _:
                return [f"unknown response_action: {action}"]
    except SlackError as error:
        return [error.code, *error.problems]
    except KeyError as missing:
        return [f"missing required field: {missing}"]
    extra = sorted(set(answer) - {"response_action", "view"})
    return [f"invalid additional property: {key}" for key in extra]


def _show_errors(delivery: Delivery, view: View, answer: dict[str, Any]) -> list[str]:
    errors = answer.get("errors")
    if not isinstance(errors, dict) or not errors:
        return ["errors must be an object with at least one block_id"]
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    delivery.errors = errors
    return [f"no input block with block_id {block_id}" for block_id in errors if block_id not in inputs]
