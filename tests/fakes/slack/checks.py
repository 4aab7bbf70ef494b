"""Small checkers that are put together into the shapes of Block Kit.

A checker takes a value, its JSON pointer and the list of problems found so far, and adds to that list. The
sentences follow Slack's own (`must be less than 76 characters [json-pointer:/blocks/0/text/text]`), so that a
failing test shows what the real platform would say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any, str, list[str]], None]

_URL_SCHEMES = ("https://", "http://", "slack://", "mailto:")


def complain(problems: list[str], sentence: str, path: str) -> None:
    problems.append(f"{sentence} [json-pointer:{path}]")


def string(most: int | None = None, least: int = 1) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            complain(problems, "must provide a string", path)
        elif len(value) < least:
            complain(problems, f"must be more than {least - 1} characters", path)
        elif most is not None and len(value) > most:
            complain(problems, f"must be less than {most + 1} characters", path)

    return check


def url(most: int = 3000) -> Check:
    length = string(most)

    def check(value: Any, path: str, problems: list[str]) -> None:
        length(value, path, problems)
        if isinstance(value, str) and not value.startswith(_URL_SCHEMES):
            complain(problems, "must be a valid url", path)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if value not in allowed:
            complain(problems, f"must be one of {', '.join(allowed)}", path)

    return check


def boolean(value: Any, path: str, problems: list[str]) -> None:
    if not isinstance(value, bool):
        complain(problems, "must be a boolean", path)


def integer(least: int | None = None, most: int | None = None) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            complain(problems, "must be an integer", path)
        elif least is not None and value < least:
            complain(problems, f"must be at least {least}", path)
        elif most is not None and value > most:
            complain(problems, f"must be at most {most}", path)

    return check


def number_text(value: Any, path: str, problems: list[str]) -> None:
    try:
        float(value)
    except (TypeError, ValueError):
        complain(problems, "must be a number in a string", path)


def mapping(value: Any, path: str, problems: list[str]) -> None:
    if not isinstance(value, dict):
        complain(problems, "must be an object", path)


def items(each: Check, least: int = 1, most: int | None = None) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            complain(problems, "must provide an array", path)
            return
        if len(value) < least:
            complain(problems, f"no fewer than {least} items required", path)
        if most is not None and len(value) > most:
            complain(problems, f"no more than {most} items allowed", path)
        for index, item in enumerate(value):
            each(item, f"{path}/{index}", problems)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check], *also: Check) -> Check:
    """An object with exactly these keys; `also` holds the rules that look at several keys together."""
    known = {**required, **optional}

    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            complain(problems, "must be an object", path)
            return
        for key in required:
            if key not in value:
                complain(problems, f"missing required field: {key}", path)
        for key, inner in value.items():
            checker = known.get(key)
            if checker is None:
                complain(problems, f"invalid additional property: {key}", path)
            else:
                checker(inner, f"{path}/{key}", problems)
        for rule in also:
            rule(value, path, problems)

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        checker = kinds.get(kind) if isinstance(kind, str) else None
        if checker is None:
            complain(problems, f"unsupported type: {kind}", f"{path}/type")
        else:
            checker(value, path, problems)

    return check


def needs_one_of(*keys: str) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if not any(value.get(key) for key in keys):
            complain(problems, f"missing required field: {' or '.join(keys)}", path)

    return check


def exactly_one_of(*keys: str) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if sum(key in value for key in keys) != 1:
            complain(problems, f"must have exactly one of {', '.join(keys)}", path)

    return check


def anything(value: Any, path: str, problems: list[str]) -> None:
    """A key that is allowed and not looked into."""
