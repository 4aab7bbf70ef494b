"""Command line of Usher."""


def main() -> None:
    raise SystemExit(2)
