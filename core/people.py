"""In which language a person reads, as their platform last said: for what is written to them when they are not there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select, text

from core.calls import Actor, Identity
from core.models import people
from core.store import Store

_LANGUAGE = select(people.c.language).where(
    people.c.platform == bindparam("platform"),
    people.c.realm == bindparam("realm"),
    people.c.subject == bindparam("subject"),
)
_LANGUAGES = select(people.c.subject, people.c.language).where(
    people.c.platform == bindparam("platform"),
    people.c.realm == bindparam("realm"),
    people.c.subject.in_(bindparam("subjects", expanding=True)),
)
_REMEMBER = text(
    "INSERT INTO people (platform, realm, subject, language) VALUES (:platform, :realm, :subject, :language) "
    "ON CONFLICT (platform, realm, subject) DO UPDATE SET language = excluded.language"
)
#: People whose language this process knows by heart.
_KNOWN = 10_000


def language_of(connection: Connection, identity: Identity) -> str:
    """The language in which a person was last seen to read; empty where nobody has said."""
    return connection.execute(_LANGUAGE, identity._asdict()).scalar() or ""


def languages_of(connection: Connection, identities: Iterable[Identity]) -> dict[Identity, str]:
    """The same for several; those of whom nobody has said are not in it."""
    known: dict[Identity, str] = {}
    by_realm: dict[tuple[str, str], set[str]] = {}
    for identity in identities:
        by_realm.setdefault((identity.platform, identity.realm), set()).add(identity.subject)
    for (platform, realm), subjects in sorted(by_realm.items()):
        params = {"platform": platform, "realm": realm, "subjects": sorted(subjects)}
        for subject, language in connection.execute(_LANGUAGES, params):
            known[Identity(platform, realm, subject)] = language
    return known


class Languages:
    """The languages of those who call, kept so that few calls have to look or to write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Identity, str] = {}

    def of(self, actor: Actor) -> str:
        """The language of what somebody is answered: the one that the platform names, which is remembered, else the last one."""
        identity, said = actor.identity, actor.language
        known = self._known.get(identity)
        if known is not None and said in {"", known}:
            return known
        if known is None:
            with self._store.reading() as connection:
                known = language_of(connection, identity)
        if said and said != known:
            with self._store.writing() as connection:
                connection.execute(_REMEMBER, {**identity._asdict(), "language": said})
            known = said
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[identity] = known
        return known
