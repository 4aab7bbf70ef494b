"""The words of forms: what they are called, what is on their fields and on the button that sends them."""

from __future__ import annotations

from typing import NamedTuple

from core.language import mark


class Words(NamedTuple):
    """``title`` has to fit above a form on a phone; ``submit`` is the word on its button."""

    title: str
    submit: str


FILL_IN = mark("Fill in")
SEND = mark("Send")

COMMANDS: dict[str, Words] = {
    "invite create": Words(mark("Create an invitation"), mark("Create")),
    "invite list": Words(mark("Which invitations?"), mark("Show")),
    "invite show": Words(mark("See an invitation"), mark("Show")),
    "invite extend": Words(mark("Extend an invitation"), mark("Extend")),
    "invite resend": Words(mark("Resend an invitation"), mark("Resend")),
    "invite revoke": Words(mark("Revoke an invitation"), mark("Revoke")),
    "invite edit": Words(mark("Change an invitation"), mark("Save")),
    "join": Words(mark("Join a workspace"), mark("Join")),
    "decline": Words(mark("Decline an invitation"), mark("Decline")),
    "request approve": Words(mark("Approve a request"), mark("Approve")),
    "request deny": Words(mark("Deny a request"), mark("Deny")),
    "request cancel": Words(mark("Take a request back"), mark("Withdraw")),
    "request access": Words(mark("Ask for access"), mark("Ask")),
    "request role": Words(mark("Ask for a role"), mark("Ask")),
    "request invite": Words(mark("Ask for invitations"), mark("Ask")),
    "member list": Words(mark("Which members?"), mark("Show")),
    "member show": Words(mark("See a member"), mark("Show")),
    "member remove": Words(mark("Remove a member"), mark("Go on")),
    "role create": Words(mark("Create a role"), mark("Create")),
    "role show": Words(mark("See a role"), mark("Show")),
    "role assign": Words(mark("Assign a role"), mark("Assign")),
    "role unassign": Words(mark("Take a role away"), mark("Take away")),
    "role edit": Words(mark("Change a role"), mark("Save")),
    "role delete": Words(mark("Delete a role"), mark("Delete")),
    "group create": Words(mark("Create a group"), mark("Create")),
    "group show": Words(mark("See a group"), mark("Show")),
    "group add": Words(mark("Add to a group"), mark("Add")),
    "group remove": Words(mark("Take out of a group"), mark("Take out")),
    "group delete": Words(mark("Delete a group"), mark("Go on")),
    "resource create": Words(mark("Create a resource"), mark("Create")),
    "resource list": Words(mark("Which resources?"), mark("Show")),
    "resource show": Words(mark("See a resource"), mark("Show")),
    "resource delete": Words(mark("Delete a resource"), mark("Go on")),
    "resource link": Words(mark("Link a resource"), mark("Link")),
    "access grant": Words(mark("Give access"), mark("Grant")),
    "access list": Words(mark("Who has access?"), mark("Show")),
    "access revoke": Words(mark("Take access away"), mark("Revoke")),
    "access emergency": Words(mark("Access in an emergency"), mark("Take it")),
    "workspace create": Words(mark("Create a workspace"), mark("Create")),
    "workspace set": Words(mark("Change a setting"), mark("Save")),
    "workspace use": Words(mark("Choose a workspace"), mark("Choose")),
    "workspace transfer": Words(mark("Hand it over"), mark("Offer")),
    "workspace delete": Words(mark("Delete the workspace"), mark("Delete")),
    "workspace preset": Words(mark("Choose a preset"), mark("Go on")),
    "workspace link": Words(mark("Link a place"), mark("Go on")),
    "audit show": Words(mark("What was changed?"), mark("Show")),
    "audit export": Words(mark("Get the record"), mark("Go on")),
    "help": Words(mark("What can I do here?"), mark("Show")),
    "can": Words(mark("May somebody do this?"), mark("Ask")),
    "why": Words(mark("Why, or why not?"), mark("Ask")),
}

#: What is on a field, by the option that it fills.
FIELDS: dict[str, str] = {
    "by": mark("By how long"),
    "code": mark("Code"),
    "command": mark("Command"),
    "copy": mark("As a copy of"),
    "domain": mark("E-mail domain"),
    "emails": mark("For whom"),
    "expires": mark("Lasts until"),
    "for": mark("For how long"),
    "group": mark("Group"),
    "here": mark("Only this channel"),
    "invite": mark("Invitation"),
    "kind": mark("Kind"),
    "level": mark("Level"),
    "member": mark("Member"),
    "name": mark("Name"),
    "note": mark("Note"),
    "outside": mark("Channel or role"),
    "parent": mark("Stands under"),
    "permission": mark("Permission"),
    "permissions": mark("Permissions"),
    "preset": mark("Preset"),
    "rank": mark("Rank"),
    "reason": mark("Reason"),
    "rename": mark("New name"),
    "request": mark("Request"),
    "resource": mark("Resource"),
    "role": mark("Role"),
    "roles": mark("Roles"),
    "scheme": mark("Role scheme"),
    "setting": mark("Setting"),
    "since": mark("Since when"),
    "status": mark("State"),
    "to": mark("To whom"),
    "uses": mark("Uses"),
    "value": mark("Value"),
    "workspace": mark("Workspace"),
}
