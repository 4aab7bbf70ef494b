"""What may follow what: the status of requests and invitations, as tables and pure functions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class RequestStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class InvitationStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED_UP = "used up"
    SWITCHED_OFF = "switched off"


class TransferStatus(StrEnum):
    """The offer to hand a workspace over. ``ended``: it no longer stood, because of what happened to either side."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"


#: Every allowed change; each is made by one conditional update that names the state it expects.
REQUEST_CHANGES: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.PENDING: frozenset(
        {RequestStatus.APPROVED, RequestStatus.DENIED, RequestStatus.EXPIRED, RequestStatus.WITHDRAWN}
    ),
    RequestStatus.APPROVED: frozenset(),
    RequestStatus.DENIED: frozenset(),
    RequestStatus.EXPIRED: frozenset(),
    RequestStatus.WITHDRAWN: frozenset(),
}


def request_status(row: Any, now: int) -> RequestStatus:
    """A request is as expired as the clock says, whether or not a sweep has been there."""
    status = RequestStatus(row.status)
    if status is RequestStatus.PENDING and row.expires_at <= now:
        return RequestStatus.EXPIRED
    return status


def transfer_status(row: Any, now: int) -> TransferStatus:
    """An offer is as expired as the clock says, whether or not a sweep has been there."""
    status = TransferStatus(row.status)
    if status is TransferStatus.PENDING and row.expires_at <= now:
        return TransferStatus.EXPIRED
    return status


#: How an invitation can be ended by people, the first that is there naming its status.
_ENDS = (
    ("revoked_at", InvitationStatus.REVOKED),
    ("accepted_at", InvitationStatus.ACCEPTED),
    ("declined_at", InvitationStatus.DECLINED),
    ("switched_off_at", InvitationStatus.SWITCHED_OFF),
)


def invitation_status(row: Any, now: int, lapsed: int = 0) -> InvitationStatus:
    """Derived from facts and time, never stored. What a person did outranks what the clock did.

    ``lapsed``: how many of its uses are held by requests whose time is over, and so are free.
    """
    for column, status in _ENDS:
        if getattr(row, column) is not None:
            return status
    if row.expires_at <= now:
        return InvitationStatus.EXPIRED
    if row.uses_limit is not None and row.uses_taken - lapsed >= row.uses_limit:
        return InvitationStatus.USED_UP
    return InvitationStatus.PENDING


def ended_at(row: Any) -> int | None:
    """When somebody ended an invitation, in the order of ``invitation_status``; None when nobody has."""
    return next((at for column, _ in _ENDS if (at := getattr(row, column)) is not None), None)
