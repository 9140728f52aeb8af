"""Queries that are compiled once: what is asked on every request differs in its values only, and compiling it costs more
than the database needs to answer. PostgreSQL, too, plans it once a connection."""

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from django.db import connections, models
from django.db.models.query import get_related_populators
from psycopg.sql import Literal

from xiaoan.kernel.prepared import execution
from xiaoan.kernel.together import Statement, waiting

M = TypeVar("M", bound=models.Model)
Build = Callable[[tuple[Any, ...]], Any]
KINDS = {UUID: "uuid", date: "date", str: "text"}


class Compiled(NamedTuple):
    """A query's text, for each of its parameters whether it is a gap with which number or a value, the same with the
    values in it and the gaps as $1, $2, …, and what makes an object of a row."""

    sql: str
    places: list[tuple[bool, Any]]
    filled: str
    build: Build


class Kept(Generic[M]):
    """A queryset with gaps. `make` is called once a database with `samples` in the gaps; later calls fill in values of
    the same kinds (UUID, date, text) at the places where the samples went. Each sample must be told apart from whatever
    else the query holds. Reads the primary, in whatever scope the caller has."""

    def __init__(self, make: Callable[..., "models.QuerySet[M]"], *samples: Any) -> None:
        self._make, self._samples = make, samples
        self._kinds = [KINDS[type(sample)] for sample in samples]
        self._compiled: Compiled | None = None

    def __call__(self, *values: Any) -> list[M]:
        """The rows, as the queryset gives them."""
        made, line = self._compiled or self._compile(), waiting()
        rows = line.answer((self, values)) if line else None
        if rows is None:
            with connections["default"].cursor() as cursor:
                cursor.execute(*self._told(made, values))
                rows = cursor.fetchall()
        return [made.build(row) for row in rows]

    def ahead(self, *values: Any) -> None:
        """Within `together`: ask along with whatever is said next. Whoever asks the same afterwards finds the answer of
        then, once."""
        if line := waiting():
            line.ask((self, values), self._told(self._compiled or self._compile(), values))

    def _told(self, made: Compiled, values: tuple[Any, ...]) -> Statement:
        given = [_plain(value) for value in values]
        if made.filled and (told := execution(made.filled, self._kinds)):
            return told, given
        return made.sql, [given[p] if is_gap else p for is_gap, p in made.places]

    def first(self, *values: Any) -> M | None:
        return next(iter(self(*values)), None)

    def _compile(self) -> Compiled:
        compiler = self._make(*self._samples).query.get_compiler("default")
        sql, params = compiler.as_sql()
        gaps = {_plain(sample): n for n, sample in enumerate(self._samples)}
        places = [(p in gaps, gaps.get(p, p)) for p in map(_plain, params)]
        is_lost = {n for is_gap, n in places if is_gap} != set(range(len(self._samples)))
        if is_lost or any(_holds(p, sample) for is_gap, p in places if not is_gap for sample in gaps):
            raise ValueError(f"a sample is lost in {sql}")
        self._compiled = Compiled(cast(str, sql), places, _filled(cast(str, sql), places), _builder(compiler))
        return self._compiled


def _filled(sql: str, places: list[tuple[bool, Any]]) -> str:
    """The text with its values, for PostgreSQL: a value that the planner does not see finds no partial index."""
    if connections["default"].vendor != "postgresql":
        return ""
    between = sql.split("%s")
    told = [f"${p + 1}" if is_gap else Literal(p).as_string() for is_gap, p in places]
    return "".join(f"{text}{value}" for text, value in zip(between, [*told, ""], strict=True)).replace("%%", "%")


def _holds(param: Any, sample: Any) -> bool:
    """Whether a parameter that stays was made of a sample, such as the end of a range that begins with it."""
    return isinstance(param, str) and isinstance(sample, str) and sample in param


def _plain(value: Any) -> Any:
    """A value as the database's driver takes it in plain SQL."""
    if isinstance(value, str) or connections["default"].vendor == "postgresql":
        return value
    return value.hex if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value


def _builder(compiler: Any) -> Build:
    """What makes a model with its related ones of a row, as Django's own iteration does."""
    info = compiler.klass_info
    fields, model = info["select_fields"], info["model"]
    start, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    related = get_related_populators(info, compiler.select, "default")  # type: ignore[call-arg]  # the stubs are newer
    converters = compiler.get_converters([column[0] for column in compiler.select])

    def build(row: tuple[Any, ...]) -> Any:
        if converters:
            (row,) = compiler.apply_converters([row], converters)
        made = model.from_db("default", names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        return made

    return build
