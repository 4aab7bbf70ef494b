"""What the rules say of invitations, joins and approvals, in a few lines of plain Python: the core is held against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.durations import DAY

RANKS = {"Owner": 50, "Admin": 40, "Designer": 30, "Content Editor": 20, "Commenter": 10, "": -1}
REQUEST_LIFE = 3 * DAY


@dataclass(eq=False)
class Member:
    """One membership; whoever leaves and comes back is a new one."""

    name: str
    role: str
    here: bool = True

    @property
    def rank(self) -> int:
        return RANKS[self.role] if self.here else -1

    def may_give(self, role: str) -> bool:
        return self.rank >= RANKS[role]


@dataclass(eq=False)
class Invitation:
    code: str
    maker: Member
    role: str
    expires: int
    limit: int | None
    person: str = ""
    used: dict[str, bool] = field(default_factory=dict)  # who holds a use; whether they became a member
    revoked: bool = False

    def status(self, model: Model) -> str:
        if self.revoked:
            return "revoked"
        if self.person and any(self.used.values()):
            return "accepted"
        if self.expires <= model.now:
            return "expired"
        return "used up" if self.limit is not None and len(self.holding(model)) >= self.limit else "pending"

    def holding(self, model: Model) -> list[str]:
        """Those whose use counts now: members who came, and open requests."""
        return [who for who, joined in self.used.items() if joined or model.waiting(who, self)]


@dataclass(eq=False)
class Request:
    person: str
    invitation: Invitation
    role: str
    expires: int
    decided: str = ""
    by: str = ""

    def status(self, now: int) -> str:
        return self.decided or ("expired" if self.expires <= now else "pending")


@dataclass
class Model:
    now: int
    policy: str = "approval"
    default: str = "Commenter"
    members: list[Member] = field(default_factory=list)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)

    def member(self, name: str) -> Member | None:
        return next((m for m in self.members if m.name == name and m.here), None)

    def roles(self) -> dict[str, str]:
        return {m.name: m.role for m in self.members if m.here}

    def waiting(self, person: str, invitation: Invitation | None = None) -> bool:
        return any(
            r.person == person and r.status(self.now) == "pending"
            for r in self.requests.values()
            if invitation is None or invitation is r.invitation
        )

    def invite(self, maker: Member, role: str) -> str:
        """The refusal for an invitation with this role, or empty."""
        if role and not maker.may_give(role):
            return "ABOVE_CEILING"
        return "ONE_HOLDER" if role == "Owner" else ""

    def outside(self, name: str) -> str:
        """The refusal for somebody who is no member."""
        return "STILL_WAITING" if self.waiting(name) else "NOT_A_MEMBER"

    def manages(self, name: str, invitation: Invitation) -> bool:
        me = self.member(name)
        if me is None or me.rank < 0:
            return False
        within = not invitation.role or me.may_give(invitation.role)
        return invitation.maker is me or (me.rank >= RANKS["Admin"] and within)

    def join(self, person: str, invitation: Invitation) -> tuple[str, str]:  # noqa: PLR0911 - one line a rule
        """What becomes of a join (a refusal, ``member``, ``in`` or ``asked``), and the role."""
        if self.member(person):
            return "member", ""
        if self.waiting(person):
            return "ALREADY_WAITING", ""
        status = invitation.status(self)
        if status in {"expired", "revoked"}:
            return f"INVITATION_{status.upper()}", ""
        if invitation.person not in {"", person}:
            return "NOT_FOR_YOU", ""
        if status != "pending":
            return f"INVITATION_{status.upper().replace(' ', '_')}", ""
        if invitation.used.get(person):
            return "ALREADY_USED", ""
        role = invitation.role or self.default
        free = self.policy == "instant" and invitation.maker.here and invitation.maker.may_give(role)
        return ("in" if free else "asked"), role

    def gone(self, member: Member) -> None:
        """What they sent and what was made out to them ends with the membership."""
        for invitation in self.invitations.values():
            theirs = invitation.maker is member or invitation.person == member.name
            if theirs and invitation.status(self) in {"pending", "used up"}:
                invitation.revoked = True
        member.here = False

    def decide(self, name: str, request: Request) -> str:
        """The refusal for a decision, or empty."""
        me = self.member(name)
        if me is None:
            return self.outside(name)
        if me.rank < RANKS["Admin"]:
            return "NOT_ALLOWED"
        status = request.status(self.now)
        if status != "pending":
            return "REQUEST_EXPIRED" if status == "expired" else "ALREADY_DECIDED"
        return "" if me.may_give(request.role) else "ABOVE_CEILING"
