"""Where the time of a case goes: asked in this process under Python's own profiler."""

import cProfile
import io
import pstats

from xiaoan.site.bench.cases import Case, cases
from xiaoan.site.bench.hazards import hazard_cases
from xiaoan.site.bench.people import askers

CALLS, LINES = 100, 40


def profile(name: str) -> str:
    """The functions that take longest, with what they call, in a hundred calls of the first case whose name begins so.
    Raises LookupError when there is none."""
    people = askers()
    case = next((c for c in [*cases(people), *hazard_cases(people)] if c.name.startswith(name)), None)
    if case is None:
        raise LookupError(name)
    _ask(case)
    found = cProfile.Profile()
    with found:
        for _ in range(CALLS):
            _ask(case)
    out = io.StringIO()
    pstats.Stats(found, stream=out).sort_stats("cumulative").print_stats(LINES)
    return f"{case.name} {case.address}\n{out.getvalue()}"


def _ask(case: Case) -> None:
    answer = case.asker.client.get(case.address)
    if answer.streaming:
        b"".join(answer)
