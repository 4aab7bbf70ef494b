"""Runs the measures, prints their tables, and with ``--markdown`` writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from bench import checks, core, discord, machine, members, playground, slack, start, sweep
from bench.children import ROOT, Broken
from bench.figures import FULL, QUICK, Plan, Report, as_markdown, as_text

MEASURES = {
    "core": core.measure,
    "checks": checks.measure,
    "members": members.measure,
    "sweep": sweep.measure,
    "slack": slack.measure,
    "discord": discord.measure,
    "start": start.measure,
    "playground": playground.measure,
}
_MARK = re.compile(r"<!-- (\w+) -->")
PAGE = ROOT / "docs" / "benchmarks.md"
METHOD = """\
`make bench` writes nothing; `python -m bench --markdown` writes this page. Each figure is the median of its rounds,
with the smallest and the largest beside it. The two sides of a comparison take turns, the order changing from round to
round, and a ratio is taken within each round, so that whatever else the machine does meets both. The bot, the empty
handler, and the fakes with the people who type are processes of their own. The people act inside the fakes' process
and keep a constant number of commands under way; each answer is checked. Where the bot uses about a whole core, the
throughput is the bot's own; the processor time that it uses for a command does not depend on how fast the fake is. Nothing
but the loopback address is used, and nothing here fails on account of time."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="|".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="a short run with fewer rounds")
    parser.add_argument(
        "--markdown", action="store_true", help=f"write what is measured into {PAGE.relative_to(ROOT)}"
    )
    given = parser.parse_args()
    if unknown := set(given.measures) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    return run(given.measures or list(MEASURES), QUICK if given.quick else FULL, markdown=given.markdown)


def run(names: list[str], plan: Plan, *, markdown: bool) -> int:
    for name, fact in machine.facts():
        print(f"{name}: {fact}")
    print(_load(machine.load()))
    print()
    reports: dict[str, Report] = {}
    failed = 0
    for name in names:
        before, others = machine.load(), machine.Others()
        try:
            report = MEASURES[name](plan)
        except Broken as broken:
            print(f"{name}: {broken}\n", file=sys.stderr)
            failed += 1
            continue
        report.notes.append(
            f"Measured {machine.date()}. Load average before: {before:.1f}; other work took {others.share():.0%} of the "
            "machine meanwhile."
        )
        print(as_text(report), flush=True)
        reports[name] = report
    if markdown:
        _write(PAGE, reports)
        print(f"Written: {PAGE.relative_to(ROOT)}")
    return min(failed, 1)


def _load(found: float) -> str:
    line = f"Load average: {found:.1f} on {os.cpu_count()} cores"
    if found > machine.BUSY:
        line += f". WARNING: above {machine.BUSY}, others are at work: trust the ratios, not the rates."
    return line


def _write(page: Path, reports: dict[str, Report]) -> None:
    """The page with these measures anew; the others stay as they were measured before."""
    sections = {}
    if page.exists():
        _, *parts = _MARK.split(page.read_text(encoding="utf-8"))
        sections = dict(zip(parts[::2], parts[1::2], strict=True))
    sections |= {name: f"\n{as_markdown(report)}\n" for name, report in reports.items()}
    facts = "\n".join(f"- **{name}**: {fact}" for name, fact in machine.facts())
    shown = "".join(f"<!-- {name} -->{sections[name]}" for name in MEASURES if name in sections)
    page.write_text(f"# Benchmarks\n\n{METHOD}\n\n{facts}\n\n{shown.rstrip()}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
