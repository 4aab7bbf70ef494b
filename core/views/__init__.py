"""What Usher says: one pure function per card."""

from core.views.common import broken

__all__ = ["broken"]
