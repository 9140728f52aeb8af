"""What people type about hazards. What is missing is said in the sentences of the flow and of the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q

from xiaoan.checks import criteria
from xiaoan.checks.catalogue import categories
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import declared_rights
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.placing import fix_until
from xiaoan.hazards.repeats import like
from xiaoan.hazards.services.judging import NO_CONTROL
from xiaoan.hazards.services.listings import BASIS
from xiaoan.hazards.services.partners import partners_of
from xiaoan.hazards.states import CONTENTS, FOUND, KINDS, LEVELS, SOURCES
from xiaoan.risks.models import Control

RENAMED = {"partner_path": "partner", "duplicate_of_id": "duplicate_of"}  # column -> field
Choices = list[tuple[str, Any]]
MOST_LISTED = 60
MOST_PEOPLE = 400


def text(label: str, most: int = 300, rows: int = 2, help: str = "", initial: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, help_text=help, initial=initial)


def day(label: str, help: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help)


def choice(label: str, options: Sequence[Any], blank: str = "请选择", help: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", blank), *options], required=False, help_text=help)


def must(field: Any, sentence: str) -> Any:
    """A field that may not stay empty, with the service's own sentence."""
    field.required, field.error_messages["required"] = True, sentence
    return field


def level_field(label: str = "等级") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(LEVELS.items()), required=False, widget=forms.RadioSelect)


class MoveForm(forms.Form):
    """The form of one move of one case; `fields_of` says which fields it has."""

    def __init__(self, *args: Any, move: str, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move, self.hazard = move, hazard
        self.fields.update(FIELDS[move](hazard) if move in FIELDS else {})
        for name, sentence in _asked(move).items():
            if name in self.fields:
                must(self.fields[name], sentence)


def _asked(move: str) -> dict[str, str]:
    """What the form must have, with the service's own sentences; what another field or a norm may tell is left to the service."""
    asks = next((dict(m.asks) for m in HAZARD.moves if m.key == move), {})
    named = {RENAMED.get(key, key): sentence for key, sentence in asks.items()}
    return {name: sentence for name, sentence in named.items() if name not in ("responsible", "category", "fix_by")}


def category_choices() -> Choices:
    return [(c.code, c.name) for c in categories().values()]


def item_choices() -> Choices:
    """Check items under their categories."""
    return [(c.name, [(i.key, i.text[:60]) for i in c.items]) for c in categories().values()]


def _judge(hazard: Hazard) -> dict[str, forms.Field]:
    level = level_field()
    level.initial = hazard.level
    known = criteria.suggested(hazard.unit_path, hazard.item)
    rows = criteria.criteria_for(hazard.unit_path)
    rows.sort(key=lambda c: (c not in known, c.category))
    hits = forms.MultipleChoiceField(
        label="符合哪几条重大隐患判定标准", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(c.key, f"{c.words}（{c.mode_words}{'' if c.is_verified else '，未核实'}）") for c in rows],
    )  # fmt: skip
    category = choice("类别", category_choices())
    category.initial = hazard.category
    item = choice("检查项", item_choices(), "不对应检查项", "选了检查项，类别和建议等级跟着它")
    item.initial = hazard.item
    return {
        "level": level, "category": category, "item": item, "hits": hits, **_control(hazard),
        "why": text("理由", help="定得比建议等级低时必须写"),
    }  # fmt: skip


def _control(hazard: Hazard) -> dict[str, forms.Field]:
    """Which control of the risk point did not hold, where it stands at one that has any."""
    held = Control.objects.filter(point_id=hazard.point_id, is_active=True).order_by("id") if hazard.point_id else ()
    known = [(str(c.id), c.words[:60]) for c in held]
    if not known:
        return {}
    field = choice(
        "失效的管控措施", [(NO_CONTROL, "没有措施失效"), *known], "按检查项", "有措施失效的，风险点在销号前上调等级"
    )
    field.initial = str(hazard.control_id or "")
    return {"control": field}


def post_choices(path: str) -> Choices:
    """Who at the unit may fix a hazard."""
    able = Post.objects.current().filter(unit_path=path, role__in=declared_rights()["hazards.fix"].roles)
    rows = able.select_related("person").order_by("role", "id")[:MOST_PEOPLE]
    return [(str(p.id), f"{p.person.name}（{p.role_name}）") for p in rows]


def _who(hazard: Hazard) -> dict[str, forms.Field]:
    return {
        "responsible_post": choice("责任人", post_choices(hazard.unit_path), "不在名单里，写在下面"),
        "responsible": text("外单位或没有账号的人", 60, 1, "比如：维修公司 王师傅"),
    }


def _assign(hazard: Hazard) -> dict[str, forms.Field]:
    until = day("时限", f"{hazard.level_word}隐患最迟 {_short(fix_until(hazard.level, hazard.unit_path))}")
    until.initial = fix_until(hazard.level, hazard.unit_path)
    return {
        **_who(hazard), "measures": text("措施", 500), "funds": text("资金", 120, 1, initial="不用资金"),
        "fix_by": until, "plan": text("预案", help="整改期间万一出事怎么办"),
        "interim": text("改好之前的防护", help="停用、隔离、专人看守……"),
    }  # fmt: skip


def _photos(label: str) -> dict[str, forms.Field]:
    return {"done": text(label, 500, 3)}


def _duplicate(hazard: Hazard) -> dict[str, forms.Field]:
    near = (
        Q(id__in=like(hazard).values("id")[:MOST_LISTED]) | Q(category=hazard.category) | Q(place_key=hazard.place_key)
    )
    rows = Hazard.objects.filter(near, unit_path=hazard.unit_path).still_open().exclude(id=hazard.id)
    found = rows.order_by("-id")[:MOST_LISTED]
    return {"duplicate_of": choice("并到哪一件", [(str(h.id), f"{h.number} {h.words[:30]}") for h in found])}


def _transfer(hazard: Hazard) -> dict[str, forms.Field]:
    bodies = [(str(u.id), u.name) for u in partners_of(hazard.unit_path)]
    return {"partner": choice("转给谁", bodies), "transfer_why": text("为什么要由部门来办")}


def _short(value: Any) -> str:
    return f"{value.month}月{value.day}日"


def _decision(label: str) -> Any:
    return lambda hazard: {"decision": text(label)}


def _regrade(hazard: Hazard) -> dict[str, forms.Field]:
    return {"level": level_field("新的等级"), "level_why": text("为什么调整")}


def _supervise(hazard: Hazard) -> dict[str, forms.Field]:
    """The treatment plan, begun with what the school has decided."""
    until = f"{_short(hazard.fix_by)}前完成治理" if hazard.fix_by else ""
    told = {
        "measures": hazard.measures,
        "funds": hazard.funds,
        "people": hazard.responsible,
        "contingency": hazard.plan,
    }
    contents = {k: text(name, 500, initial=told.get(k, until if k == "time" else "")) for k, name in CONTENTS.items()}
    return {
        "supervisor": must(text("督办人", 60, 1), "请写督办人。"),
        "due": must(day("督办期限"), "请填督办期限，不能早于今天。"), **contents, "basis": text("依据", 200, initial=BASIS),
    }  # fmt: skip


def _progress(hazard: Hazard) -> dict[str, forms.Field]:
    percent = forms.IntegerField(label="完成百分之多少", min_value=0, max_value=100, required=False)
    return {"words": must(text("进展", 500), "请写一句进展。"), "percent": percent}


def _look(hazard: Hazard) -> dict[str, forms.Field]:
    return {
        "found": must(choice("复核结果", list(FOUND.items())), "请选复核结果。"),
        "words": must(text("看到了什么"), "请写复核看到了什么。"),
    }


# move -> function(case) -> its fields. A move that is not here asks nothing.
FIELDS: dict[str, Any] = {
    "judge": _judge,
    "assign": _assign,
    "reassign": lambda hazard: {**_who(hazard), **_decision("为什么改派")(hazard)},
    "hand_in": lambda hazard: _photos("怎么改的"),
    "answer": lambda hazard: _photos("怎么办的，结果怎样"),
    "verify": _decision("验收意见"),
    "return": _decision("哪里没改好"),
    "close": _decision("审核意见"),
    "regrade": _regrade,
    "raise": _regrade,
    "ask_more": lambda hazard: {"ask_until": day("延到哪一天"), "ask_why": text("为什么要延期")},
    "grant": _decision("答复意见"),
    "refuse": _decision("为什么不能延期"),
    "transfer": _transfer,
    "recall": _decision("为什么收回"),
    "decline": _decision("为什么退还"),
    "duplicate": _duplicate,
    "false": _decision("查看的经过和理由"),
    "reopen": _decision("复核看到了什么"),
    "supervise": _supervise,
    "progress": _progress,
    "strike": _decision("审核意见"),
    "look": _look,
}
WITH_PHOTOS = {"hand_in", "answer"}


class ReportForm(forms.Form):
    """A hazard as a desk reports it."""

    words = must(text("看到了什么", 500, 3, "一句话，比如：二楼东侧安全出口被桌椅堵住"), "请写一句看到了什么。")
    place = text("在哪里", 120, 1, "楼、层、房间")
    point = choice("风险点", [], "不在风险点上")
    item = choice("检查项", [], "不对应检查项", "选了检查项，类别和等级自动带出")
    level = choice("等级", list(LEVELS.items()), "按检查项，没有就先按一般")
    source = choice("来源", [(k, v) for k, v in SOURCES.items() if k not in ("parent", "passer_by")])
    kind = forms.ChoiceField(label="范围", choices=list(KINDS.items()), required=False, initial="hazard")
    is_anonymous = forms.BooleanField(label="匿名上报（别人看不到是谁报的）", required=False)
    fixed_by = text("当场改好的：谁改的", 60, 1)
    fixed_how = text("当场改好的：怎么改的", 300, 1)
    control = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, points: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", "不对应检查项"), *item_choices()]  # type: ignore[attr-defined]
        named = [(str(p.id), f"{p.code} {p.name}") for p in points]
        self.fields["point"].choices = [("", "不在风险点上"), *named]  # type: ignore[attr-defined]


class DrawForm(forms.Form):
    """A sample of closed cases."""

    size = forms.IntegerField(label="抽多少件", min_value=1, max_value=200, initial=20)
    since = day("销号日期从")
    until = day("到")
    category = choice("类别", [], "不限")
    seed = text("随机种子", 32, 1, "不填就由平台给一个；填同一个种子，抽出来的是同一批")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "不限"), *category_choices()]  # type: ignore[attr-defined]


def refuse(form: forms.BaseForm, fields: dict[str, str], sentence: str) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, told in (fields or {"": sentence}).items():
        if told not in form.errors.get(name, ()):  # the form's own check may have said it already
            form.add_error(name if name in form.fields else None, told)
