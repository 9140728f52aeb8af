"""Finding the unit that a cell of a workbook means by its name, among those an actor may see."""

from collections import defaultdict
from collections.abc import Collection

from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import STEP, ancestors
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid


class Places:
    """Open units of some ranks in the actor's scope, found by name, by “县/镇”, by division code."""

    def __init__(self, actor: Actor, ranks: Collection[str], under: str = "") -> None:
        held = Unit.objects.under(actor.scope).under(under).active().filter(rank__in=ranks)
        self.units = list(held.order_by("path"))
        self.by_path = {u.path: u for u in self.units}
        self.own = next((u for u in self.units if u.path == actor.scope), None)
        self.found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            for word in self._words(unit):
                self.found[word].append(unit)

    @property
    def labels(self) -> list[str]:
        """One name for each, made long enough to be unambiguous."""
        return [u.name if len(self.found[u.name]) == 1 else self._long(u) for u in self.units]

    def find(self, words: str) -> Unit:
        """The unit that the words mean; the actor's own for no words. Raises Invalid when it is none or many."""
        if not words:
            if self.own is None:
                raise Invalid("上级单位没有填写。")
            return self.own
        key = words.translate(SEPARATORS)
        units = self.found.get(key, [])
        if not units:
            raise Invalid(f"上级单位“{words}”不在您的管理范围内，或者还没有建立。")
        if len(units) > 1:
            raise Invalid(f"有 {len(units)} 个单位叫“{words}”，请写成“{self._long(units[0])}”这样。")
        return units[0]

    def division_of(self, unit: Unit) -> str:
        """The division code of the unit, or of the nearest of these above it."""
        above = [self.by_path[p] for p in ancestors(unit.path) if p in self.by_path]
        return next((u.division for u in reversed(above) if u.division), "")

    def _words(self, unit: Unit) -> set[str]:
        names, path = unit.name, unit.path
        words = {unit.name, unit.short, unit.division}
        while (path := path[:-STEP]) in self.by_path:
            names = self.by_path[path].name + names
            words.add(names)
        return {w.translate(SEPARATORS) for w in words if w}

    def _long(self, unit: Unit) -> str:
        above = self.by_path.get(unit.path[:-STEP])
        return f"{above.name}/{unit.name}" if above else unit.name


# People part the names of a place in many ways, or not at all.
SEPARATORS = str.maketrans("", "", "/\uff0f-—>· ")
