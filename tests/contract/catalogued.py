"""Every command and button, how it is used where it works, and how what it answers begins."""

from __future__ import annotations

from core.catalogue import COMMANDS

#: Each command as Ada, who owns the workspace, types it, and how the answer's title begins. {inv}, {req} and {code}
#: stand for an invitation of hers, a request that waits for her, and a code that nobody has used. The order is that of
#: one story: first what changes nothing.
WORKS = {
    "workspace show": ("workspace show", "Studio"),
    "workspace settings": ("workspace settings", "Settings of Studio"),
    "workspace list": ("workspace list", "Your workspaces (1)"),
    "workspace use": ("workspace use workspace:Studio", "In a channel the place decides"),
    "workspace preset": ("workspace preset preset:large-org", "Set Studio up as large-org?"),
    "invite list": ("invite list status:pending", "Invitations (3 waiting)"),
    "invite show": ("invite show invite:{inv}", "Invitation: Spring"),
    "request list": ("request list", "Requests (1 waits for you)"),
    "request cancel": ("request cancel request:{req}", "I can't find the request"),  # it is Nia's
    "request invite": ("request invite", "Nothing to change"),  # she may invite herself
    "request role": ("request role role:Admin for:8h", "Nothing to change"),  # she may give it herself
    "request access": ("request access resource:Attic level:edit", "I can't find the resource"),
    "member list": ("member list role:Designer", "Members (1)"),
    "member show": ("member show member:Bob", "Bob"),
    "member export": ("member export", "2 members of Studio"),
    "member remove": ("member remove member:Bob", "Remove Bob from Studio?"),
    "role list": ("role list", "Roles in Studio"),
    "role show": ("role show name:Designer", "Role: Designer"),
    "group show": ("group show name:crew", "Group: Crew"),
    "group list": ("group list", "Groups in Studio (1)"),
    "group delete": ("group delete name:Crew", "Delete the group Crew?"),
    "resource list": ("resource list", "Resources"),
    "access list": ("access list member:Bob", "What Bob reaches (0 grants)"),
    "audit show": ("audit show member:Bob", "What happened in Studio"),
    "audit export": ("audit export", "The record of Studio"),
    "audit verify": ("audit verify", "The record of Studio is whole"),
    "join": ("join code:{code}", "You are already in Studio"),
    "decline": ("decline code:{code}", "There is nothing to decline"),
    "me": ("me", "You are in Studio"),
    "can": ("can member:Bob permission:project:edit", "Yes: Bob may project:edit"),
    "why": ("why member:Bob permission:member:remove", "No: Bob may not member:remove"),
    "help": ("help", "What you can do in Studio"),
    "status": ("status", "Usher is here and well"),
    "workspace link": ("workspace link", "Link another place to Studio"),
    "workspace set": ("workspace set setting:invite_expires value:3d", "invite_expires is now 3d"),
    "invite create": ("invite create name:Autumn", "Invitation ready: Autumn"),
    "invite extend": ("invite extend invite:{inv} by:1d", "Extended: Spring"),
    "invite resend": ("invite resend invite:{inv}", "Sent again: Spring"),
    "invite revoke": ("invite revoke invite:{inv}", "Revoked: Spring"),
    "request approve": ("request approve request:{req}", "Approved: Nia"),
    "role create": ("role create name:Reviewer copy:Designer", "New role: Reviewer"),
    "role edit": ("role edit name:Commenter permissions:+content:edit", "Changed: Commenter"),
    "role delete": ('role delete name:"Content Editor"', "Deleted: Content Editor"),
    "role unassign": ("role unassign member:Bob role:Designer", "Bob is no longer Designer"),
    "group create": ("group create name:Leads", "New group: Leads"),
    "group add": ("group add group:Crew member:Ada, Bob", "Crew: 1 added, 1 in it already"),
    "group remove": ("group remove group:Crew member:Bob", "Bob is no longer in Crew"),
    "resource create": ("resource create kind:folder name:Vault", "New folder: Vault"),
    "resource show": ("resource show name:Vault", "Resource: Vault"),
    "resource link": ("resource link name:Vault outside:vault", "A folder is nothing on a platform"),
    "access grant": ("access grant resource:Vault to:Bob level:edit", "Bob has edit on Vault"),
    "access revoke": ("access revoke resource:Vault to:Bob", "Bob has no grant on Vault any more"),
    "access emergency": ('access emergency resource:Vault reason:"It burns"', "You have edit on Vault"),
    "resource delete": ("resource delete name:Vault", "Delete Vault?"),
    "workspace transfer": ("workspace transfer to:Bob", "You offered Studio to Bob"),
    "workspace create": ("workspace create name:Side", "Side is ready"),
    "invite edit": ("invite edit invite:{inv} name:Winter", "Changed: Winter"),
    "request deny": ("request deny request:{req}", "Denied: Nia"),
    "role assign": ("role assign member:Bob role:Admin", "Bob is now Admin"),
    "workspace delete": ("workspace delete name:Studio", "Deleted: Studio"),
}
#: What ends or renames what others of them need: a story of its own.
INSTEAD = {"invite edit", "request deny", "role assign", "workspace delete"}
#: What Ada types before that, where it needs something that is not there from the beginning.
BEFORE: dict[str, tuple[str, ...]] = {
    "resource link": ("resource create kind:folder name:Vault",),
    "resource show": ("resource create kind:folder name:Vault",),
    "resource delete": ("resource create kind:folder name:Vault",),
    "access grant": ("resource create kind:folder name:Vault",),
    "access revoke": ("resource create kind:folder name:Vault", "access grant resource:Vault to:Bob"),
    "access emergency": (
        "resource create kind:folder name:Vault",
        'workspace set approvals "access: 1 of request:approve; emergency script:add for at most 4h"',
    ),
}
#: The card that shows each button to Ada, and how the answer to pressing it begins.
BUTTONS = {
    "invite.extend": ("Extend", "Extended: Spring"),
    "invite.revoke": ("Revoke", "Revoked: Spring"),
    "invite.list": ("Next", "Invitations ("),
    "invite.resend": ("Resend", "Sent again: Spring"),
    "invite.accept": ("Accept", "You asked to join Studio"),
    "invite.decline": ("Decline", "Declined: Ada's invitation to Studio"),
    "invite.ask": ("Ask", "You asked for an invite link to Studio"),
    "role.ask": ("Ask", "You asked for Admin"),
    "access.ask": ("Ask", "You asked for edit on Site"),
    "access.grant": ("Grant", "Who gets access to Site?"),
    "access.revoke": ("Revoke", "Which grant on Site ends?"),
    "access.list": ("Next", "What Bob reaches (11 grants)"),
    "resource.list": ("Next", "Resources"),
    "request.withdraw": ("Withdraw", "Withdrawn: your request to join Studio"),
    "member.list": ("Next", "Members ("),
    "audit.show": ("Next", "What happened in Studio"),
    "group.list": ("Next", "Groups in Studio (12)"),
    "group.show": ("Next", "Group: Crew"),
    "request.list": ("Next", "Requests ("),
    "request.approve": ("Approve", "Approved: Nia"),
    "request.less": ("Approve with less", "Approve Nia's request with less"),
    "request.deny": ("Deny", "Denied: Nia"),
    "member.remove": ("Remove", "Remove Bob from Studio?"),
    "intent.confirm": ("Confirm", "Removed: Bob"),
    "intent.cancel": ("Cancel", "Nothing was changed"),
    "workspace.list": ("Next", "Your workspaces (12)"),
    "transfer.accept": ("Accept", "Accepted: you are Owner of Studio"),
    "transfer.decline": ("Decline", "Declined: the offer of Studio"),
    "transfer.withdraw": ("Withdraw", "Withdrawn: your offer of Studio"),
    "time_box.extend": ("Extend", "You asked to keep Admin longer"),
    "time_box.done": ("I'm done", "You are no longer Admin"),
}
#: Who is shown the button, where that is not Ada.
READERS = {
    "invite.accept": "Nia",
    "invite.decline": "Nia",
    "invite.ask": "Bob",
    "role.ask": "Bob",
    "access.ask": "Bob",
    "request.withdraw": "Nia",
    "time_box.extend": "Bob",
    "time_box.done": "Bob",
}
#: On cards that are for one person, who need not be a member: nobody else learns what they are about.
OF_ONE_PERSON = {"invite.accept", "invite.decline", "request.withdraw"}
#: The same for drop-downs, with what is chosen.
MENUS = {
    "request.choose": ("Instead of Designer", "Commenter", "Approve Nia's request with less"),
    "access.to": ("To whom", "Bob", "How much may Bob do on Site?"),
    "access.level": ("Level", "edit", "Bob has edit on Site"),
    "access.end": ("Whose", "Bob (view)", "Bob has no grant on Site any more"),
    "role.choose": ("Change role", "Admin", "Bob is now Admin"),
    "setting.choose": ("Choose a setting", "join_policy", "join_policy is approval"),
    "help.about": ("More about", "invite", "What you can do in Studio with invite"),
    "setting.change": ("Set it to", "instant", "join_policy is now instant"),
}
#: Buttons that ask for words in a form: tried in ``test_forms.py``, that of the person's menu in ``test_discord_at_home.py``.
FORMS = {
    "access.ask_why",
    "access.emergency",
    "invite.ask_why",
    "invite.extend_by",
    "member.remove_why",
    "person.invite",
    "request.approve_why",
    "request.deny_why",
    "request.give_less",
    "role.ask_why",
    "role.assign",
    "setting.set",
    "time_box.extend_by",
}
#: Under a form that could not open (``test_forms.py``), and on people's Homes (``test_home.py``).
ELSEWHERE = {"form.open", "invite.show"}
ANYBODYS = {name for name, declared in COMMANDS.items() if not declared.needs}
