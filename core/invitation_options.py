"""What whoever makes an invitation can say of it, and whoever asks for one."""

from __future__ import annotations

from dataclasses import dataclass

from core.calls import EmailAddress, Identity
from core.catalogue import Kind, option


@dataclass(frozen=True, slots=True)
class InvitationOptions:
    emails: tuple[EmailAddress | Identity, ...] = option(
        Kind.PEOPLE, "who it is for: e-mail addresses or mentions", "ada@example.com", default=()
    )
    name: str = option(Kind.LABEL, "what you call it", "Design team", default="")
    role: tuple[str, ...] = option(Kind.ROLES, "the role that newcomers get", "Designer", default=())
    group: tuple[str, ...] = option(
        Kind.GROUPS, "the groups that newcomers are put into", "Design leads", default=()
    )
    resource: tuple[str, ...] = option(
        Kind.RESOURCES, "what newcomers reach, each with a level or to view it", "Website=edit", default=()
    )
    expires: int | None = option(Kind.DURATION, "how long it lasts, at most 90d", "7d")
    uses: int | None = option(Kind.COUNT, "how many people may use a link", "5")
    domain: str = option(Kind.DOMAIN, "only for addresses of this e-mail domain", "example.com", default="")
    note: str = option(Kind.NOTE, "a line for whoever gets it", "See you on Monday", default="")
