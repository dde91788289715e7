"""Read the years of a question: named ones, those told by another one, ranges, and the last ones.

In: a parsed question. Out: Years, which give the years that are asked of a table.
"""

import re
from dataclasses import dataclass
from functools import cache

from corpus.figures import Table, tables
from corpus.language.text import YEAR, fold
from qa.figures.words import group, pattern, words
from qa.query.question import Question

SEVERAL = 2
BACK, ONWARD = -1, 1  # directions of a step in years


@dataclass(frozen=True, slots=True)
class Years:
    """The years that a question asks for; `last` is a number of years before a table's last one, `since` the first one.

    `counted` are numbers of the question that count years, and are neither years nor anything else.
    """

    named: tuple[int, ...] = ()
    last: int = 0
    since: bool = False
    counted: frozenset[str] = frozenset()

    def of(self, table: Table, *, whole: bool = True) -> tuple[int, ...]:
        """Return the years that are asked of a table: the last ones end with the last one that is complete.

        Those since a year do so if they are to be `whole`, else with the last one that the table has.
        """
        complete = [year for year in table.years if year not in table.incomplete]
        if self.last:
            return tuple(range(complete[-1] - self.last + 1, complete[-1] + 1))
        if self.since and len(self.named) == 1:
            end = complete[-1] if whole else table.years[-1]
            return tuple(range(self.named[0], max(end, self.named[0]) + 1))
        return self.named

    @property
    def until(self) -> int:
        """The last year that is asked for; 0 where none is named, or it is one since which something may hold."""
        return 0 if self.since else max(self.named, default=0)


def years_of(question: Question) -> Years:
    """Return the years that a question asks for, all from the first to the last where it asks for what lies between.

    "Last year" and "a decade ago" are counted from the year in which the newest table was published: not from the last
    one that a table tells, which is not what is meant, nor from today's, since the same question has the same answer.
    """
    said = _decades().sub(lambda found: _decade(found[0]), question.folded)
    named = {int(year) for year in question.years}
    if found := _counted(said, "ranges", "last"):
        return Years(last=found[1], counted=frozenset({str(found[1])}))
    counted = set()
    for name, direction in (("before", BACK), ("after", ONWARD)):
        if named and (found := _counted(said, "steps", name)):
            told, number = found
            # The named year itself is not asked for where the step leads off from it: "a decade after 2005".
            base = re.match(rf"(?:\W|на |a |de |en |l |au )*({YEAR})", said[told.end() :])
            year = int(base[1]) if base else int(question.years[-1])
            named = named - {year} if base else named
            named.add(year + direction * number)
            counted.add(str(number))
    if found := _counted(said, "steps", "ago"):
        named.add(_newest() - found[1])
        counted.add(str(found[1]))
    if group("steps", "now").search(said):
        named.add(_newest())
    years = sorted(named)
    if len(years) == SEVERAL and len(question.years) == SEVERAL and group("ranges", "between").search(said):
        years = list(range(years[0], years[1] + 1))
    since = bool(group("ranges", "since").search(said))
    return Years(tuple(years), since=since, counted=frozenset(counted))


@cache
def _newest() -> int:
    return max(int(table.published[:4]) for table in tables().values())


def _counted(said: str, *name: str) -> tuple[re.Match[str], int] | None:
    """Return what is found of a group of expressions for a number of years, and that number: 1 where none is said."""
    for expression, number in _expressions(*name):
        if found := expression.search(said):
            return found, number or int(next(filter(None, found.groups())))
    return None


@cache
def _expressions(*name: str) -> list[tuple[re.Pattern[str], int]]:
    """Return expressions for a number of years, each with that number, 0 where it stands in digits."""
    numbers = {r"\d{1,2}": 0} | {
        f"(?:{'|'.join(map(fold, said))})": number for number, said in words()["numbers"].items()
    }
    several = [(each, number) for each in words()[name[0]][name[1]] for number in numbers.items() if "NUMBER" in each]
    single = [(pattern([each]), 1) for each in words()[name[0]][name[1]] if "NUMBER" not in each]
    return [(pattern([each.replace("NUMBER", said)]), number) for each, (said, number) in several] + single


@cache
def _decades() -> re.Pattern[str]:
    return pattern(expression for expressions in words()["decades"].values() for expression in expressions)


def _decade(said: str) -> str:
    return str(next(years for years, expressions in words()["decades"].items() if pattern(expressions).fullmatch(said)))
