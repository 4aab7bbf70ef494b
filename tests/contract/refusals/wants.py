"""What is refused to whoever asks for a role, for access or for more time."""

from __future__ import annotations

from tests.contract.refusals import Code, typed

typed(Code.BAD_ASKED_TIME, "Bob", "request role role:Designer for:91d")
