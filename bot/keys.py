"""The secret that codes are derived with: from the environment, or from a file beside the SQLite database."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

import structlog

from bot.config import SECRET_BYTES, Settings
from bot.faults import SettingsError

log = structlog.get_logger("usher")


def secret(settings: Settings) -> bytes:
    """The secret; made and kept beside the SQLite file when there is none yet."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if settings.sqlite_file is None:
        raise SettingsError(
            "USHER_SECRET is missing: with PostgreSQL every process needs the same one. "
            "Set it to what “openssl rand -hex 32” prints, and keep it."
        )
    path = beside(settings.sqlite_file)
    found = kept(path)
    if open_to_others(path):
        log.warning("secret_readable_by_others", file=str(path), do=f"chmod 600 {path}")
    return found


def found(settings: Settings) -> bytes | None:
    """The secret as it is; None where there is none yet, or none that could be used."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = beside(settings.sqlite_file) if settings.sqlite_file is not None else None
    if path is None or not path.exists():
        return None
    try:
        return kept(path)
    except SettingsError:
        return None


def beside(database: Path) -> Path:
    return database.with_name(database.name + ".secret")


def open_to_others(path: Path) -> bool:
    return os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077 != 0


def kept(path: Path) -> bytes:
    """What ``path`` holds; made first when it is not there."""
    try:
        found = path.read_bytes().strip() if path.exists() else _make(path)
    except OSError as fault:
        raise SettingsError(
            f"The secret can't be kept in {path} ({fault.strerror}): set USHER_SECRET."
        ) from None
    if len(found) < SECRET_BYTES:
        raise SettingsError(
            f"{path} is too short to be Usher's secret: put it back from a copy, or set USHER_SECRET. "
            "With another secret the codes of all open invitations change."
        )
    return found


def _make(path: Path) -> bytes:
    """Writes a new secret. Whole or not at all, and the first of several processes wins: a link never overwrites."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - the mode from the start
        file.write(secrets.token_urlsafe(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes().strip()
