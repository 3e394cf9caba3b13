"""Check a year: `python -m tests.year.checker.check FOLDER [PATIENT]` prints the table, or one patient's story."""

import sys
from pathlib import Path

from tests.year.checker.findings import Report
from tests.year.checker.reading import Year, read
from tests.year.checker.telling import story
from tests.year.checker.together import groups, judge


def check(folder: Path) -> tuple[Report, Year]:
    """Hold a year's letters against its log."""
    year, report = read(folder), Report()
    for row in year.strangers:
        report.find("to nobody", -1, year.ticks[0][0], f"a letter to {row['to']} that no patient was owed")
    for whos in groups(year):
        judge(year, whos, report)
        report.patients += len(whos)
    report.uncertain = sum(row["state"] == "uncertain" for rows in year.rows.values() for row in rows)
    return report, year


if __name__ == "__main__":
    found, the_year = check(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        print(story(the_year, int(sys.argv[2])))  # noqa: T201
        print(*[one for one in found.findings if one.who == int(sys.argv[2])], sep="\n")  # noqa: T201
    else:
        print(*found.findings, sep="\n")  # noqa: T201
        print(found.table())  # noqa: T201
