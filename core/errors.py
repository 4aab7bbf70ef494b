"""The one expected exception, and the one table of what each refusal says to a person."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Card, Span, Term, Text, Tone, plain
from core.language import fill, translated


class Sentence(NamedTuple):
    """``title`` says what happened, ``body`` why and what to do next. ``attempt``: it goes into the audit."""

    title: str
    body: str
    attempt: bool = False


class RefusalCode(Enum):
    """Every reason for which Usher says no. Braces are filled from the refusal's facts."""

    MISSING_OPTION = Sentence("“{command}” needs {option}", "{meaning} For example: {example}")
    UNKNOWN_OPTION = Sentence("“{command}” has no option “{option}”", "It takes: {options}.")
    BAD_OPTION = Sentence("I can't read {option}", "{problem} For example: {example}")
    STRAY_WORDS = Sentence(
        "I don't know where “{words}” belongs",
        "Write options as name:value, with quotes around several words. For example: {example}",
    )
    NOT_LINKED = Sentence(
        "No workspace here yet",
        "One of this place's own admins can make one with {/workspace create}, or link an existing one with {/workspace link}.",
    )
    WHICH_WORKSPACE = Sentence(
        "Which workspace?",
        "You are in several: {workspaces}. Choose one with {/workspace use}, or type the command in a channel of the one you mean.",
    )
    UNKNOWN_WORKSPACE = Sentence("You are in no workspace called “{name}”", "Those you are in: {workspaces}.")
    AMBIGUOUS_WORKSPACE = Sentence(
        "You are in several workspaces called “{name}”",
        "Type the id of the one you mean instead: {ids}. {/workspace list} shows which is which.",
    )
    PLACE_DECIDES = Sentence(
        "In a channel the place decides",
        "What is typed here is about {workspace}. For another workspace go to a place that is linked to it, or type "
        "{/workspace use} in a direct message with me.",
    )
    NOT_TOP = Sentence(
        "You can't hand this workspace over", "Only someone who is {role} for good can do that.", attempt=True
    )
    TRANSFER_OVER = Sentence("That offer is over", "{outcome} on {when}. Nothing was changed.", attempt=True)
    TRANSFER_VOID = Sentence(
        "That offer no longer stands",
        "{giver} is not {role} any more, and so cannot pass that on. Nothing was changed.",
        attempt=True,
    )
    WRONG_NAME = Sentence(
        "Nothing was deleted", "To delete {workspace}, with everything in it and for good, type {example}."
    )
    NO_PLACE = Sentence(
        "This can't be done in a direct message", "Type it in the server or channel that it is about."
    )
    NOT_A_MEMBER = Sentence(
        "You are not a member of this workspace",
        "Ask someone in it for an invitation, then type {/join}.",
        attempt=True,
    )
    STILL_WAITING = Sentence(
        "Your request to join {workspace} still waits",
        "Only members can do that. You get a message as soon as somebody has answered, by {until} at the latest. "
        "See it with {/me}.",
        attempt=True,
    )
    NOT_ALLOWED = Sentence(
        "You can't do that here",
        "It needs the permission {permission}, which your role does not have. {who}",
        attempt=True,
    )
    CANNOT_INVITE = Sentence("You can't invite people here", "{rule} {who}", attempt=True)
    NOT_PLACE_ADMIN = Sentence(
        "Only this place's own admins can do that",
        "On Slack that is a workspace admin, on Discord someone with Manage Server. Ask one of them to type it.",
        attempt=True,
    )
    NEEDS_CHANNEL = Sentence(
        "This place already has a workspace",
        "A further one is linked to a single channel: type the command in that channel.",
    )
    PLACE_TAKEN = Sentence(
        "This place already belongs to a workspace", "It is linked to {workspace}. {hint}", attempt=True
    )
    ALREADY_LINKED = Sentence(
        "Already linked", "This place is linked to {workspace} already. Nothing was changed."
    )
    ABOVE_CEILING = Sentence(
        "That role is above your own",
        "You can give roles up to your own; {role} is higher or holds more. {who}",
        attempt=True,
    )
    UNKNOWN_ROLE = Sentence("There is no role “{name}” here", "The roles are: {roles}.")
    ROLE_EXISTS = Sentence(
        "There is a role “{name}” already", "See it with {/role show}, or change it with {/role edit}."
    )
    BAD_ROLE_NAME = Sentence(
        "“{name}” can't be the name of a role",
        "Commas and semicolons stand between roles in a list, and “none” means no role. Choose another name.",
    )
    RANK_TAKEN = Sentence("Rank {rank} is taken", "It is that of {role}. Free next to it: {free}.")
    BAD_RANK = Sentence(
        "Ranks go from 1 to {highest}",
        "A role with a higher number stands above one with a lower number. {/role show} tells the rank of a role.",
    )
    NO_FREE_RANK = Sentence(
        "There is no free rank below {role}",
        "Choose a rank that is free, or move another role first with {/role edit}.",
    )
    TOO_MANY_ROLES = Sentence(
        "There are {limit} roles already",
        "More do not fit. Delete one that nobody needs with {/role delete} first.",
    )
    UNKNOWN_PERMISSION = Sentence("There is no permission “{name}”", "{hint}{owner} are: {known}.")
    MIXED_PERMISSIONS = Sentence(
        "Either a list or changes",
        "Without signs, permissions are the whole list; with + and - they are changes to it. Write all of them in one way.",
    )
    PERMISSION_INCLUDED = Sentence(
        "{permission} comes with {whole}",
        "Whoever has {whole} has that too. Take away {whole} instead, or leave both.",
    )
    TOO_MANY_PERMISSIONS = Sentence(
        "Too many permissions of the product",
        "A workspace keeps at most {limit} that its scheme does not know. Use one that is known already.",
    )
    ROLE_IN_USE = Sentence("{role} is in use", "Before it can be deleted: {steps}.")
    TOP_ROLE = Sentence(
        "{role} stays above the others",
        "It is the highest role that runs this workspace. If another one stood above it, nobody could change that "
        "back. Choose a rank that leaves the order as it is.",
        attempt=True,
    )
    ROLES_CHANGED = Sentence(
        "Somebody has changed the roles since",
        "Nothing was changed. See how things stand with {/role list}, then type the command again.",
    )
    MEMBER_ABOVE = Sentence(
        "You can't change the roles of {name}",
        "They stand above you: somebody of their rank or a higher one can.",
        attempt=True,
    )
    NOT_OUTSIDE = Sentence(
        "A {kind} is nothing on a platform",
        "Only a resource of the kind {kinds} can be a channel or a role there.",
    )
    OUTSIDE_ELSEWHERE = Sentence(
        "That has to be typed on {platform}",
        "Only {platform} knows whether you may give a {kind} to others. Type this there, in a place that is linked to this "
        "workspace.",
    )
    OUTSIDE_UNREAD = Sentence(
        "I don't know which one on {platform} that is",
        "For a {kind}, mention it as {example}, so that {platform} itself says which one is meant.",
    )
    OUTSIDE_NOT_LINKED = Sentence(
        "That is in no place of this workspace",
        "A resource can be something on {platform} in a place that is linked to this workspace: type this there, or link that "
        "place first with {/workspace link}.",
    )
    OUTSIDE_BEYOND = Sentence(
        "You may not give that to others on {platform}",
        "Usher gives there only what whoever links it may give themselves, and here {why}.",
        attempt=True,
    )
    THING_TAKEN = Sentence(
        "That is linked already",
        "It is {which}. Two resources can't be the same thing: each would take from people what the other gives them.",
    )
    NOT_ON_PLAN = Sentence(
        "{role} does not count on the {plan} plan",
        "It needs the plan {plans}. Give another role; whoever runs Usher can change the plan.",
    )
    BAD_TIME = Sentence(
        "A role for a time lasts from {shortest} to {longest}",
        "Choose a time between these, or leave it out to give the role for good.",
    )
    HELD_FOR_GOOD = Sentence(
        "{name} is {role} for good",
        "So a time would add nothing. To give it an end, take the role away first with {/role unassign}.",
    )
    HAS_FOR_GOOD = Sentence(
        "{name} has {level} on {resource} for good",
        "So a time would add nothing. To give it an end, take it away first with {/access revoke}.",
    )
    ONLY_ROLE = Sentence(
        "{name} has no other role than {role}",
        "Here everybody has one role. Give another one with {/role assign}, which takes its place.",
    )
    NOT_REACHED = Sentence(
        "You can't ask that about others",
        "Who may do what on {resource} is known to those who have access to it. Ask about yourself, or ask for access with {/request access}.",
    )
    UNKNOWN_RESOURCE = Sentence(
        "I can't find the resource “{name}”",
        "Use a name, a path such as Studio/Renders, or a short id as {/resource list} shows them.",
        attempt=True,
    )
    AMBIGUOUS_RESOURCE = Sentence(
        "Several resources are called “{name}”",
        "Use the path or the short id of the one you mean: {candidates}.",
    )
    BAD_RESOURCE_KIND = Sentence(
        "“{kind}” can't be a kind of resource",
        "A kind is one word in small letters, such as computer, project or folder.",
    )
    RESOURCE_EXISTS = Sentence(
        "There is a {kind} “{name}” there already",
        "It is {resource}. Choose another name or another place for the new one.",
    )
    OUTSIDE_TAKEN = Sentence(
        "A {kind} with that id is known already", "It is {name} ({resource}). Nothing was made."
    )
    RESOURCE_TOO_DEEP = Sentence(
        "That would be too deep", "A tree has at most {limit} levels. Put it further up."
    )
    TOO_MANY_RESOURCES = Sentence(
        "There are {limit} resources already",
        "More do not fit. Delete what nobody needs with {/resource delete} first.",
    )
    CANNOT_GRANT = Sentence(
        "You can't give or take access to {resource}",
        "That takes the permission resource:grant, or a grant to manage it. {who}",
        attempt=True,
    )
    NO_ACCESS = Sentence(
        "You have no access to {resource}",
        "So who else has is not for you to see. Ask for access with {/request access}.",
        attempt=True,
    )
    ONE_SIDE = Sentence(
        "Name one of the two", "Either a member, to see what they reach, or a resource, to see who does."
    )
    GRANT_OUTLASTS = Sentence(
        "You can't give access to {resource} for that long",
        "You may give access to it yourself only until {until}: give it until then at most, with for.",
        attempt=True,
    )
    BAD_GRANT_TIME = Sentence(
        "Access for a time lasts from {shortest} to {longest}",
        "Choose a time between these, or leave it out to give access for good.",
    )
    NO_ACCESS_TO_TAKE = Sentence("{name} has no grant on {resource} itself", "{detail}Nothing was changed.")
    UNKNOWN_HOLDER = Sentence(
        "I can't find “{name}” here",
        "Use a mention, an e-mail address, or the name of a member or a group. {/member list} and {/group list} show them.",
    )
    AMBIGUOUS_HOLDER = Sentence(
        "“{name}” is both a member and a group",
        "Use a mention for the member, or the group's short id {group}.",
    )
    UNKNOWN_GROUP = Sentence("There is no group “{name}” here", "{hint}")
    GROUP_EXISTS = Sentence("There is a group “{name}” already", "See who is in it with {/group show}.")
    BAD_GROUP_NAME = Sentence(
        "“{name}” can't be the name of a group",
        "Commas and semicolons stand between groups in a list, “none” means no group, and mem- and grp- begin short ids. "
        "Choose another name.",
    )
    TOO_MANY_GROUPS = Sentence(
        "There are {limit} groups already",
        "More do not fit. Delete one that nobody needs with {/group delete} first.",
    )
    GROUP_NAMED = Sentence(
        "{group} answers requests",
        "The policy for {kinds} names it, so it can't be deleted. Name somebody else there first: {how}",
    )
    GROUP_GONE = Sentence(
        "{group} is gone already", "Somebody has deleted that group since. Nothing was changed."
    )
    GROUP_ANSWERS = Sentence(
        "{group} answers requests",
        "Who is in it is part of how this workspace is run: that takes the permission {permission}, for good. {who}",
        attempt=True,
    )
    GROUP_FOR_A_TIME = Sentence(
        "You look after groups for a time only",
        "Being in a group has no end, so it takes somebody who has the permission {permission} for good. {who}",
        attempt=True,
    )
    CANNOT_ADD_TO_GROUP = Sentence(
        "You can't put people into {group}",
        "It needs the permission {permission}, which your role does not have. {who}",
        attempt=True,
    )
    GROUP_MANAGES = Sentence(
        "You can't put people into {group}",
        "It manages what you may not give access to, or not for that long: whoever is in it gives that access to others. {who}",
        attempt=True,
    )
    GROUP_NOT_YOURSELF = Sentence(
        "You can't put yourself into {group}",
        "It reaches more than you could give yourself. Somebody else who looks after groups can put you in.",
        attempt=True,
    )
    GROUP_MEMBER_ABOVE = Sentence(
        "You can't change the groups of {name}",
        "They stand above you: somebody of their rank or a higher one can.",
        attempt=True,
    )
    UNKNOWN_SCHEME = Sentence("There is no role scheme “{name}”", "The schemes are: {schemes}.")
    UNKNOWN_SETTING = Sentence("There is no setting “{name}”", "The settings are: {settings}.")
    POLICY_FOR_A_TIME = Sentence(
        "You run this workspace for a time only",
        "A policy for approvals has no end, so it takes somebody who has the permission {permission} for good. {who}",
        attempt=True,
    )
    BAD_SETTING = Sentence("{value} does not fit {setting}", "{problem}")
    UNKNOWN_MEMBER = Sentence(
        "I can't find “{name}” here",
        "Use a mention, an e-mail address, or a name as {/member list} shows it.",
    )
    AMBIGUOUS_MEMBER = Sentence(
        "Several members are called “{name}”",
        "Use a mention, an e-mail address or the short id that stands in {/member list}.",
    )
    ABOVE_YOU = Sentence(
        "{name} stands above you",
        "You can take out members up to your own rank, and theirs is higher. {who}",
        attempt=True,
    )
    ALREADY_LEFT = Sentence(
        "{name} has left already", "They are no longer in {workspace} since {when}. Nothing was changed."
    )
    UNKNOWN_INVITATION = Sentence(
        "I can't find the invitation “{name}”",
        "Use the short id from {/invite list}, such as inv-7F3K.",
        attempt=True,
    )
    AMBIGUOUS_INVITATION = Sentence(
        "Several invitations are called “{name}”", "Use the short id from {/invite list} instead."
    )
    UNKNOWN_REQUEST = Sentence(
        "I can't find the request “{name}”",
        "Use the short id from {/request list}, such as req-2M9C.",
        attempt=True,
    )
    UNKNOWN_CODE = Sentence(
        "That code opens nothing",
        "Check it for a typo, or ask whoever gave it to you for a new one.",
        attempt=True,
    )
    TOO_MANY_CODES = Sentence(
        "Too many wrong codes",
        "For safety no more codes are taken from you until {until}. After that, try again.",
        attempt=True,
    )
    LINK_CODE_DEAD = Sentence(
        "That link code no longer works",
        "It works once, until {until}, and only while its maker may link places. Make a new one with {/workspace link} in the other chat.",
        attempt=True,
    )
    INVITATION_EXPIRED = Sentence(
        "This invitation has expired", "It expired on {until}. Ask {inviter} for a new one.", attempt=True
    )
    INVITATION_REVOKED = Sentence(
        "This invitation was revoked",
        "{by} revoked it on {when}. Ask {inviter} if you need a new one.",
        attempt=True,
    )
    INVITATION_USED_UP = Sentence(
        "This invitation is used up",
        "It allowed {uses}. Ask {inviter} for a new one.",
        attempt=True,
    )
    INVITATION_ACCEPTED = Sentence(
        "This invitation was already accepted",
        "It was made for one person. Ask {inviter} for one of your own.",
        attempt=True,
    )
    INVITATION_DECLINED = Sentence(
        "You declined this invitation",
        "That was on {when}. If you would like to come after all, ask {inviter} for a new one.",
        attempt=True,
    )
    NOT_FOR_YOU = Sentence(
        "This invitation is for someone else",
        "It was made for another person. Ask {inviter} for one of your own.",
        attempt=True,
    )
    EMAIL_NOT_PROVEN = Sentence(
        "This invitation is for an e-mail address",
        "It can only be used with an address that the platform has confirmed as yours, and here there is none. "
        "Use the code in Slack, or ask {inviter} for an invitation to your account.",
        attempt=True,
    )
    EMAIL_DIFFERS = Sentence(
        "This invitation is for another e-mail address",
        "Your own address does not match it. Ask {inviter} for one of your own.",
        attempt=True,
    )
    INVITATION_SWITCHED_OFF = Sentence(
        "Invite links are switched off",
        "This link stopped working on {when}. Ask {inviter} for a personal invitation.",
        attempt=True,
    )
    LINKS_OFF = Sentence(
        "Invite links are switched off here",
        "Make personal invitations instead: name the people with emails, by address or mention. {who}",
        attempt=True,
    )
    DOMAIN_NOT_PROVEN = Sentence(
        "{workspace} takes people with certain e-mail addresses",
        "It can only go by an address that the platform has confirmed as yours, and here there is none. "
        "Use the code in Slack, or ask {inviter}.",
        attempt=True,
    )
    DOMAIN_DIFFERS = Sentence(
        "{workspace} takes people with certain e-mail addresses",
        "Your own address is at another domain. Ask {inviter} which ones it takes.",
        attempt=True,
    )
    DOMAIN_CLOSED = Sentence(
        "Nobody at {domain} can join here",
        "This workspace takes people with an address at {domains}. {who}",
        attempt=True,
    )
    NEWCOMER_OUTSIDE = Sentence(
        "{name} can't be let in",
        "This workspace takes people with a confirmed address at {domains}, and theirs is not. Deny the request, "
        "or have allowed_domains changed first; until then it stays open.",
        attempt=True,
    )
    INVITED_ROLE_GONE = Sentence(
        "This invitation gives a role that was deleted",
        "So it can't be used as it is. Tell {inviter}, who can choose another role for it; nothing was used up.",
        attempt=True,
    )
    INVITED_ROLE_OFF = Sentence(
        "You can't come in as {role} now",
        "That role does not count on this workspace's plan, so nobody could say yes. Tell {inviter}. {todo} "
        "Nothing was used up: try the same code again later.",
        attempt=True,
    )
    WORKSPACE_FULL = Sentence(
        "{workspace} is full",
        "It has {seats}, and none is free. {told} has been told. Nothing was used up: try the same code again later.",
        attempt=True,
    )
    WORKSPACE_ALONE = Sentence(
        "{workspace} is for one person",
        "Its plan has room for its owner alone. {told} has been told, and nothing was used up.",
        attempt=True,
    )
    NO_SEAT = Sentence(
        "There is no seat for {name}",
        "{workspace} has {seats} on the {plan} plan, and none is free. Make room or have the plan changed first; "
        "nothing was changed.",
        attempt=True,
    )
    ROLE_NOT_ON_PLAN = Sentence(
        "{role} does not count on the {plan} plan",
        "Whoever held it could do nothing with it, so it can't be given. Choose another one from {/role list}.",
        attempt=True,
    )
    ONE_ROLE = Sentence(
        "One role at a time", "In this workspace everybody has one role. Name only one of: {roles}."
    )
    TOO_MANY_PEOPLE = Sentence(
        "That is too many people at once",
        "To keep Usher from being used for spam, at most {limit} people can be invited by mention {within}. "
        "Make a link instead, or go on later.",
    )
    ALREADY_USED = Sentence(
        "You have used this invitation before",
        "It works once for each person. Ask somebody in the workspace for a new one.",
        attempt=True,
    )
    ONE_HOLDER = Sentence(
        "Exactly one member is {role}",
        "That role passes from one member to another with {/workspace transfer}, and in no other way.",
        attempt=True,
    )
    LAST_HOLDER = Sentence(
        "Somebody has to be able to run this workspace",
        "Nobody else here holds workspace:configure for good. Give another member a role that has it first; "
        "nothing was changed.",
        attempt=True,
    )
    TOO_LONG_LIFE = Sentence(
        "That is too long", "An invitation can last {limit} from now at most. Choose a shorter time."
    )
    TOO_MANY = Sentence(
        "That is too many at once",
        "There are {count} entries; at most {limit} are taken at a time. Nothing was done.",
    )
    USES_OF_PERSONAL = Sentence(
        "A personal invitation works once",
        "Leave out uses. For several people make a link: an invitation without emails.",
    )
    DOMAIN_OF_PERSONAL = Sentence(
        "A personal invitation is for one address",
        "Leave out domain. For a whole domain make a link: an invitation without emails.",
    )
    INVITATION_DEAD = Sentence(
        "That invitation is over",
        "{ended} {when}, so it cannot be changed. Make a new one with {/invite create}.",
    )
    ROLE_GONE = Sentence(
        "A role that it gives was deleted",
        "So nobody could get it. Give an open invitation another role with {/invite edit}, or make a new one with "
        "{/invite create}. Nothing was changed.",
        attempt=True,
    )
    RESENT_JUST_NOW = Sentence(
        "It was sent again a moment ago",
        "That was {when}, and its code is {code} since then. Nothing was changed.",
    )
    USES_TAKEN = Sentence(
        "It was used more often already",
        "{taken}; choose {least} or more. To stop it now, type {/invite revoke}.",
    )
    NOTHING_TO_DECLINE = Sentence(
        "There is nothing to decline",
        "That code is for more than one person. If you do not want to come, just do not use it.",
    )
    ALREADY_ASKED = Sentence(
        "You asked for that already",
        "Your request {request} waits for an answer until {until}. To take it back, type {/request cancel}.",
    )
    NOBODY_TO_ASK = Sentence(
        "Nobody here could say yes to that",
        "{rule}. Talk to whoever runs this workspace.",
    )
    TOO_MANY_WAITING = Sentence(
        "You have asked for much already",
        "{limit} of your requests {what} wait for an answer. Ask again when one of them is answered, or take one "
        "back with {/request cancel}.",
    )
    BAD_ASKED_TIME = Sentence(
        "What you ask for can last from {shortest} to {longest}",
        "Choose a time between these, or leave it out to ask for it without an end.",
    )
    ALREADY_WAITING = Sentence(
        "You already asked to join {workspace}",
        "Your request {request} waits for an answer until {until}. You will hear as soon as there is one; "
        "to take it back, type {/request cancel}.",
    )
    ALREADY_DECIDED = Sentence(
        "Somebody was first", "{outcome} by {by} on {when}. Your click changed nothing.", attempt=True
    )
    REQUEST_EXPIRED = Sentence(
        "That request has expired",
        "It ended on {until} without an answer. {who} can ask again.",
        attempt=True,
    )
    OWN_REQUEST = Sentence(
        "You can't decide your own request", "Somebody else with {permission} has to.", attempt=True
    )
    NOT_AN_APPROVER = Sentence(
        "This request is for others to answer",
        "Its policy asks for {who}.",
        attempt=True,
    )
    ALREADY_SAID = Sentence(
        "You said {said} already",
        "It counts, and the request waits for others: {tally}. Nothing was changed.",
    )
    REASON_NEEDED = Sentence(
        "Say why",
        "The policy of this workspace asks for a reason {what}. Type it: {how}. Nothing was changed.",
    )
    NO_EMERGENCY = Sentence(
        "Nothing can be taken in an emergency here",
        "The policy for access of this workspace does not allow it. Ask for access with {/request access}.",
        attempt=True,
    )
    EMERGENCY_TIME = Sentence(
        "What is taken in an emergency lasts from {shortest} to {longest}",
        "Choose a time between these. For longer, ask with {/request access}.",
    )
    EMERGENCY_OPEN = Sentence(
        "You took {resource} in an emergency already",
        "Somebody else looks at that first: {request}, until {until}. For more of it, or of what is above or under it, ask with "
        "{/request access}. Nothing was changed.",
        attempt=True,
    )
    EMERGENCY_DENIED = Sentence(
        "You can't take that again yet",
        "{by} denied {resource} on {when}. For a day after that, ask first with {/request access}, for what is above or under "
        "it as well.",
        attempt=True,
    )
    EMERGENCIES_OPEN = Sentence(
        "{limit} emergencies of yours are open",
        "Somebody else has to look at one of them first: {/request list}. Ask for more with {/request access}; nothing was "
        "changed.",
        attempt=True,
    )
    REVIEW_STAYS = Sentence(
        "That can't be taken back",
        "What was taken in an emergency is looked at by somebody else, whatever became of it. You will hear of it.",
        attempt=True,
    )
    NOT_LESS = Sentence(
        "That is not less than was asked for",
        "{name} asked for {asked}. {hint} Nothing was changed.",
    )
    NOTHING_LESS = Sentence(
        "There is nothing less to give",
        "{name} asked for {asked}, and there is no part of it that you could give alone. Approve it as it is, or deny it.",
    )
    NOTHING_AGREED = Sentence(
        "Nothing would be left of it",
        "What you give and what others gave have no role in common. Give {name} what they gave, or deny it; nothing was "
        "changed.",
    )
    NO_APPROVER = Sentence(
        "Nobody can approve this yet",
        "{rule}, so nobody could answer your request. Tell {inviter}; nothing was used up.",
    )
    NOTHING_TO_CHANGE = Sentence("Nothing to change", "{detail}")
    TOO_LONG = Sentence(
        "{option} is too long", "It has {length} characters; at most {limit} fit. Please shorten it."
    )
    ALREADY_CONFIRMED = Sentence(
        "That was answered already", "You pressed a button there on {when}. Nothing was changed."
    )
    CONFIRM_TOO_LATE = Sentence(
        "Too late to confirm",
        "That could be confirmed until {until}. Type the command again to see how things stand.",
    )
    FORM_DONE = Sentence(
        "That was sent already", "Each form is sent once, and this one has been. Nothing was changed."
    )
    FORM_GONE = Sentence(
        "That form is out of date",
        "What is typed into a form is kept for a day. Nothing was changed; open it again with the command or button.",
        attempt=True,
    )
    UNKNOWN_BUTTON = Sentence(
        "That button does nothing here",
        "It is not one of mine, or it is out of date. Nothing was changed.",
        attempt=True,
    )

    @property
    def sentence(self) -> Sentence:
        return self.value


class Refusal(Exception):
    """Usher says no, and why. Rolls the transaction back; ``facts`` fill the sentence."""

    def __init__(self, code: RefusalCode, /, **facts: Span | Text) -> None:
        super().__init__(code.name)
        self.code = code
        self.facts = facts
        #: The workspace that a person who is in several is told that this is about.
        self.workspace = ""


class OtherSecret(Exception):
    """The database was first used with another secret: with this one no code would be recognised."""


class Repeated(Exception):
    """The platform has delivered a call before, and it was handled then: there is nothing to do and nothing to say."""


def refusal_card(refusal: Refusal) -> Card:
    """The private card that a refused person sees."""
    sentence = refusal.code.sentence
    heading = fill(translated(sentence.title), refusal.facts)
    return Card(
        title=plain(heading),
        heading=heading if any(isinstance(span, Term) for span in heading) else (),
        tone=Tone.REFUSED,
        body=(fill(translated(sentence.body), refusal.facts),),
    )
