"""What people type about matters."""

from typing import Any

from django import forms

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel.actor import Actor
from xiaoan.matters.kinds import FAMILIES, OF_PEOPLE, Kind, kinds
from xiaoan.matters.models import Cell, Spot

NONE = ("", "不选")
LONG = forms.Textarea(attrs={"rows": 3})


def partners_for(path: str) -> list[Unit]:
    """The partner bodies whose bureau stands above the unit, the nearest first."""
    above = ancestors(path)
    rows = Unit.objects.active().filter(rank=Rank.PARTNER, parent__path__in=above).select_related("parent")
    return sorted(rows, key=lambda u: (-len(u.path), u.path))


def may_report(actor: Actor, what: Kind) -> bool:
    if what.restricted:
        return actor.holds("clues.send")
    return actor.holds("disputes.report" if what.family in OF_PEOPLE else "matters.report")


class MatterForm(forms.Form):
    """A matter as it is first told."""

    kind = forms.ChoiceField(label="是什么事")
    words = forms.CharField(label="说明", max_length=1000, widget=LONG, help_text="什么情况，在哪里，从什么时候开始")
    place = forms.CharField(label="地点", max_length=80, required=False, help_text="比如：校门口东侧 50 米")
    cell = forms.ChoiceField(label="在哪一格", required=False, help_text="按学校周边的网格选，图上就能看到")
    spot = forms.ChoiceField(
        label="哪个场所", required=False, help_text="只在无证无照场所时选；没有登记过就写在“场所名称”里"
    )
    spot_name = forms.CharField(label="场所名称", max_length=60, required=False)
    partner = forms.ChoiceField(label="直接转给哪个部门", required=False, help_text="不选就先由本单位受理")

    def __init__(self, *args: Any, actor: Actor, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [k for k in kinds().values() if may_report(actor, k)]
        self._choose("kind", [(FAMILIES[f], [(k.key, k.name) for k in allowed if k.family == f]) for f in FAMILIES])
        cells = Cell.objects.filter(unit_path=unit.path).order_by("row", "column")
        spots = Spot.objects.filter(unit_path=unit.path, closed_on__isnull=True).order_by("id")[:200]
        self._choose("cell", [NONE, *((str(c.id), c.name) for c in cells)])
        self._choose("spot", [NONE, *((str(s.id), s.name) for s in spots)])
        with_kind = [(str(p.id), f"{p.name}（{p.get_kind_display() or '部门'}）") for p in partners_for(unit.path)]
        self._choose("partner", [NONE, *with_kind])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [c for c in choices if not isinstance(c[1], list) or c[1]]


class AskForm(forms.Form):
    """A question from outside."""

    words = forms.CharField(label="想问什么", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))
    name = forms.CharField(label="称呼", max_length=40, required=False, help_text="可以不填")
    contact = forms.CharField(
        label="联系方式", max_length=60, required=False, help_text="可以不填；答复在页面上看，不用留电话"
    )


class KeyPersonForm(forms.Form):
    """Somebody to be looked after."""

    name = forms.CharField(label="姓名", max_length=40)
    why = forms.CharField(label="原因", max_length=300, widget=LONG)
    responsible = forms.CharField(label="责任单位", max_length=80)
    keeper = forms.CharField(label="包保联系人", max_length=40)
