"""How a page is measured: the same requests by turns on one connection, so that what disturbs one disturbs all."""

import http.client
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

WARM_UP = 3


@dataclass
class Measured:
    """One page: its name, address and who asks; milliseconds of each answer, bytes, queries."""

    name: str
    path: str
    cookie: str = ""
    queries: int | None = None
    taken: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def median(self) -> float:
        """The middle answer, ms."""
        return statistics.median(self.taken)

    @property
    def slow(self) -> float:
        """The 95th of a hundred, ms."""
        return statistics.quantiles(self.taken, n=20)[-1]


def take_turns(pages: Sequence[Measured], *, port: int, rounds: int) -> None:
    """Ask each page once a round. A page that does not answer 200 stops the run."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for turn in range(WARM_UP + rounds):
        for page in pages:
            started = time.perf_counter()
            connection.request("GET", page.path, headers={"Cookie": page.cookie} if page.cookie else {})
            answer = connection.getresponse()
            body = answer.read()
            took = (time.perf_counter() - started) * 1000
            if answer.status != http.client.OK:
                raise RuntimeError(f"{page.path} answered {answer.status}")
            page.size = len(body)
            if turn >= WARM_UP:
                page.taken.append(took)
    connection.close()


def as_table(pages: Sequence[Measured]) -> str:
    """Return the table for the paper: the first page is the measure of the others."""
    first = pages[0].median
    lines = [
        "| page | p50 ms | p95 ms | times the first row | queries | kB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for page in pages:
        queries = "" if page.queries is None else page.queries
        lines.append(
            f"| {page.name} | {page.median:.1f} | {page.slow:.1f} | {page.median / first:.0f} | {queries} |"
            f" {page.size / 1024:.0f} |"
        )
    return "\n".join(lines)
