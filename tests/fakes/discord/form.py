"""Collects what is wrong with a JSON body, in the shape of the real "Invalid Form Body" answer."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord.errors import InvalidForm

Path = tuple[str | int, ...]


class Form:
    def __init__(self) -> None:
        self._found: list[tuple[Path, str, str]] = []

    def add(self, path: Path, code: str, message: str) -> None:
        self._found.append((path, code, message))

    def finish(self) -> None:
        """Raise ``InvalidForm`` when anything was found."""
        if not self._found:
            return
        tree: dict[str, Any] = {}
        for path, code, message in self._found:
            node = tree
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        problems = [f"{'.'.join(map(str, p)) or '(body)'} [{code}] {text}" for p, code, text in self._found]
        raise InvalidForm(tree, problems)

    def keys(self, value: Any, allowed: set[str] | frozenset[str], path: Path = ()) -> dict[str, Any]:
        """The value as an object; keys nobody documents are refused."""
        if not isinstance(value, dict):
            self.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return {}
        for key in value.keys() - allowed:
            self.add((*path, key), "UNKNOWN_KEY", "This key is not documented")
        return value

    def required(self, path: Path) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def text(
        self, holder: dict[str, Any], key: str, path: Path, low: int, high: int, *, required: bool = False
    ) -> str | None:
        """Check the length of ``holder[key]``; absent and null are fine unless it is required."""
        value = holder.get(key)
        where = (*path, key)
        if value is None:
            if required:
                self.required(where)
            return None
        if not isinstance(value, str):
            self.add(where, "STRING_TYPE_CONVERT", "Could not interpret the value as a string")
            return None
        if required and not value:
            self.required(where)
        else:
            self.length(value, where, low, high)
        return value

    def length(self, value: Any, path: Path, low: int, high: int) -> None:
        size = len(value)
        if low <= size <= high:
            return
        if low:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        else:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")

    def number(
        self, holder: dict[str, Any], key: str, path: Path, low: float, high: float, *, required: bool = False
    ) -> int | None:
        value = holder.get(key)
        where = (*path, key)
        if value is None:
            if required:
                self.required(where)
        elif isinstance(value, bool) or not isinstance(value, int):
            self.add(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            self.add(where, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        elif value > high:
            self.add(where, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        else:
            return value
        return None

    def items(self, holder: dict[str, Any], key: str, path: Path, low: int, high: int) -> list[Any]:
        value = holder.get(key)
        where = (*path, key)
        if value is None:
            if low:
                self.required(where)
            return []
        if not isinstance(value, list):
            self.add(where, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        self.length(value, where, low, high)
        return value

    def choice(self, holder: dict[str, Any], key: str, path: Path, allowed: set[int]) -> int | None:
        value = holder.get(key)
        if value in allowed and not isinstance(value, bool):
            return value
        self.add(
            (*path, key),
            "BASE_TYPE_CHOICES",
            f"Value must be one of {{{', '.join(map(str, sorted(allowed)))}}}.",
        )
        return None

    def flag(self, holder: dict[str, Any], key: str, path: Path) -> bool:
        value = holder.get(key)
        if value is not None and not isinstance(value, bool):
            self.add((*path, key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return bool(value)

    def url(self, value: Any, path: Path, schemes: tuple[str, ...] = ("http", "https")) -> None:
        if not isinstance(value, str) or "://" not in value:
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif value.split("://", 1)[0] not in schemes:
            self.add(path, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of {schemes}.")
