"""What people type on this floor."""

from typing import Any

from django import forms

from xiaoan.checks.models import Checklist
from xiaoan.checks.queries import checklists_for
from xiaoan.engines.sheets.catalogue import sheet, sheets
from xiaoan.ground.units.kinds import SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.inspections.catalogue import line_sets, list_rules
from xiaoan.inspections.institutions import APPRAISALS, PENALTIES, REMITS
from xiaoan.inspections.kinds import BODIES, MODE_CHOICES, TEAMS, WAYS
from xiaoan.inspections.models import PlanItem
from xiaoan.inspections.rosters import people_for
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PICK = forms.CheckboxSelectMultiple


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CampaignForm(forms.Form):
    """A plan: how, what, whom, when, on what ground."""

    name = forms.CharField(label="督查名称", max_length=80, help_text="一句话，比如：秋季开学消防专项督查")
    mode = forms.ChoiceField(label="督查方式", choices=MODE_CHOICES, widget=forms.RadioSelect, initial="routine",
                             help_text="暗访：反馈以前，学校和所属教育局在平台上什么都看不到；交叉：人员绝不来自被查的区县")  # fmt: skip
    plan_item = forms.ChoiceField(label="年度清单事项", required=False, help_text="清单以外的，派出前要写明理由")
    topics = forms.MultipleChoiceField(label="查什么", widget=PICK, initial=["overall"])
    ways = forms.MultipleChoiceField(label="怎么查", choices=list(WAYS.items()), widget=PICK, initial=["site"])
    lines = forms.ChoiceField(
        label="检查表", required=False, help_text="只带出和学校有关的项，没有食堂的学校不会看到食堂"
    )
    target = forms.ChoiceField(label="督查范围", required=False)
    kinds = forms.MultipleChoiceField(label="哪几类单位", choices=[*SchoolKind.choices, ("city", "市（教育局）"), ("county", "区县（教育局）")],
                                      widget=PICK, required=False, help_text="都不选就是中小学、幼儿园全部")  # fmt: skip
    take = forms.IntegerField(label="抽取多少个", min_value=0, max_value=2000, initial=0, help_text="0 是全部都查")
    starts = forms.DateField(label="从哪天", widget=DAY)
    ends = forms.DateField(label="到哪天", widget=DAY)
    announced_on = forms.DateField(label="告知学校的日期", widget=DAY, required=False, help_text="暗访和自查不用填")
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="文件名称和文号")
    reason = forms.CharField(label="理由", max_length=300, required=False, widget=area(2),
                             help_text="清单以外、告知不足、与别的督查相近时必须写，留在记录里")  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.lists = {str(c.id): c for c in checklists_for(unit, "inspection")}
        year = clock.today().year
        items = PlanItem.objects.filter(unit=unit, year__gte=year, ended_at__isnull=True).order_by("year", "id")
        self.items = {str(i.id): i for i in items}
        below = Unit.objects.filter(parent=unit).active().exclude(rank__in=["department", "partner", "school"])
        self._choose("topics", list(sheet("supervision").field("topics").options))
        self._choose(
            "plan_item", [("", "不在清单里"), *((k, f"{i.name}（{i.year}年）") for k, i in self.items.items())]
        )
        self._choose(
            "target", [("", f"{unit.label}全部"), *((str(u.id), u.name) for u in below.order_by("path")[:400])]
        )
        own = [(f"list:{k}", c.title) for k, c in self.lists.items()]
        sets = [(f"set:{k}", s.name) for k, s in line_sets().items()]
        self._choose("lines", [("", "平台起步清单"), *own, *sets])

    def told(self) -> dict[str, Any]:
        """As `plan_campaign` takes them."""
        given = dict(self.cleaned_data)
        kind, _, key = given.pop("lines").partition(":")
        listed: Checklist | None = self.lists.get(key) if kind == "list" else None
        target = given.pop("target")
        return {
            **given, "checklist": listed.id if listed else None, "line_set": key if kind == "set" else "",
            "plan_item": self.items.get(given["plan_item"]),
            "target": Unit.objects.under(self.unit.path).get(pk=target) if target else None,
        }  # fmt: skip

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class PlanItemForm(forms.Form):
    """A line of the year's list."""

    name = forms.CharField(label="督查检查事项", max_length=80)
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2100)
    most = forms.IntegerField(label="一年最多几次", min_value=1, max_value=60, initial=1)
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="批准的文件和文号")


class MemberForm(forms.Form):
    """Somebody for a team, from those in post."""

    team = forms.ChoiceField(label="队伍", choices=[(k, v) for k, v in TEAMS.items() if k != "third_party"])
    person = forms.ChoiceField(label="人员", help_text="只列在岗人员；其他部门的人，先在“人员”里给协作部门岗位")
    body = forms.ChoiceField(label="代表哪个部门", choices=[(k, v) for k, v in BODIES.items() if k != "third_party"])
    ends = forms.DateField(label="到哪天", widget=DAY, required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = people_for(unit)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (str(p.person_id), f"{p.person.name}（{p.unit.label} {p.role_name}）") for p in posts
        ]


class ThirdPartyForm(forms.Form):
    """A limited post: only these schools, only until that day."""

    organisation = forms.CharField(label="机构名称", max_length=60)
    name = forms.CharField(label="人员姓名", max_length=60)
    username = forms.CharField(label="账号", max_length=60)
    ends = forms.DateField(label="到哪天", widget=DAY, help_text="到期自动失效")
    places = forms.MultipleChoiceField(label="可以查哪些学校", widget=PICK)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.under(unit.path).active().schools().order_by("path")[:400]
        self.fields["places"].choices = [(str(u.id), u.name) for u in rows]  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    """What is fed back."""

    opinion = forms.CharField(label="反馈意见", max_length=500, widget=area())
    why_unsigned = forms.CharField(label="被检查单位没有签名的原因", max_length=200, required=False)
    has_all = forms.BooleanField(label="结果已收齐，没有交的不等了", required=False)


class SignForm(forms.Form):
    """A signature as a picture."""

    side = forms.ChoiceField(label="谁签的", choices=[("head", "带队人员"), ("place", "被检查单位")])
    signer = forms.CharField(label="签名人姓名", max_length=60, required=False)


class ListForm(forms.Form):
    """Putting a unit on the black list."""

    unit = forms.CharField(label="单位名称", max_length=80, help_text="写全称")
    rule = forms.ChoiceField(label="依据哪条规则", widget=forms.RadioSelect)
    words = forms.CharField(label="事实", max_length=500, widget=area())
    ends = forms.DateField(label="到哪天", widget=DAY, required=False, help_text="不填按规则的天数")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            (r.key, f"{r.name}：{r.sentence}{'' if r.confidence == 'source' else '（平台默认）'}")
            for r in list_rules().values()
        ]


class SupervisedForm(forms.Form):
    """An item to keep an eye on."""

    title = forms.CharField(label="督办什么", max_length=120)
    holder = forms.CharField(label="谁办", max_length=60)
    due = forms.DateField(label="哪天以前办完", widget=DAY)
    remind_on = forms.DateField(label="哪天提醒", widget=DAY, required=False, help_text="不填按本地规范值提前提醒")


class SampleForm(forms.Form):
    """What to draw records from."""

    sheet = forms.ChoiceField(label="哪种记录", required=False)
    first = forms.DateField(label="记录从哪天", widget=DAY)
    last = forms.DateField(label="到哪天", widget=DAY)
    size = forms.IntegerField(label="抽多少条", min_value=1, max_value=200, initial=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [("", "各种记录")] + [(s.key, s.name) for s in sheets().values()]  # type: ignore[attr-defined]


class InstitutionForm(forms.Form):
    """What is known of an institution."""

    licence = forms.CharField(label="办学许可证号", max_length=60, required=False)
    licence_until = forms.DateField(label="许可到期", widget=DAY, required=False)
    owner = forms.CharField(label="法定代表人或实际控制人", max_length=60, required=False)
    safety_owner = forms.CharField(label="安全负责人", max_length=60, required=False)
    remit = forms.ChoiceField(label="主管部门", choices=list(REMITS.items()), required=False)
    floor_area = forms.IntegerField(label="面积（平方米）", min_value=0, max_value=1_000_000, required=False)
    is_self_built = forms.BooleanField(label="在居民自建房里", required=False)
    appraisal = forms.ChoiceField(label="房屋鉴定", choices=[("", "没有鉴定"), *APPRAISALS.items()], required=False)
    appraised_on = forms.DateField(label="鉴定日期", widget=DAY, required=False)

    def __init__(self, *args: Any, actor: Actor, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.scope == unit.path:
            del self.fields["remit"]


class PenaltyForm(forms.Form):
    """A penalty that a department has decided."""

    kind = forms.ChoiceField(label="处罚种类", choices=list(PENALTIES.items()))
    number = forms.CharField(label="决定书文号", max_length=60)
    words = forms.CharField(label="违法事实和依据", max_length=300, widget=area())
    amount = forms.IntegerField(label="罚款金额（元）", min_value=0, max_value=100_000_000, required=False)
    decided_on = forms.DateField(label="决定日期", widget=DAY)
    department = forms.CharField(label="作出处罚的部门", max_length=60)
