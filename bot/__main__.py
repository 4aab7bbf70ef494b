"""``python -m bot`` is ``usher``."""

from bot.cli import main

main()
