"""Words of inspections that are data: modes, ways, teams, lists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """How a campaign is done. `record` is its word in the sheet `supervision`; `group` one of the four kinds, if any."""

    key: str
    name: str
    record: str
    icon: str
    is_hidden: bool = False
    is_apart: bool = False  # inspectors come from another county
    group: str = ""


MODES: dict[str, Mode] = {
    mode.key: mode
    for mode in [
        Mode("joint", "多部门联合", "joint", "users-group", group="joint"),
        Mode("special", "专项督查", "special", "focus-2", group="special"),
        Mode("third_party", "第三方抽查", "third_party", "certificate", group="third_party"),
        Mode("cross", "交叉检查", "cross", "arrows-exchange", is_apart=True, group="cross"),
        Mode("unannounced", "四不两直暗访", "covert", "eye", is_hidden=True),
        Mode("routine", "常态检查", "routine", "calendar-event"),
        Mode("self", "自查", "routine", "list-check"),
    ]
}
MODE_CHOICES = [(m.key, m.name) for m in MODES.values()]
FOUR = ("joint", "special", "third_party", "cross")  # the four kinds that stand on one page
WAYS = {"site": "现场检查", "online": "线上巡查"}
RESULTS = {"pass": "合格", "fail": "不合格", "na": "不适用"}
TEAMS = {
    "district": "区县督查队", "school": "校级督查队", "drowning": "防溺水督查队", "third_party": "第三方机构",
    "experts": "专家库",
}  # fmt: skip
# Who comes along, in the words of the sheet `supervision`.
BODIES = {
    "own": "教育", "police": "公安", "traffic": "交管", "fire": "消防救援", "market": "市场监管", "health": "卫生健康",
    "emergency": "应急管理", "science": "科技", "culture": "文化旅游", "sport": "体育", "housing": "住房城乡建设",
    "expert": "专家", "third_party": "第三方",
}  # fmt: skip
VERDICTS = {"true": "属实", "false": "不实", "unclear": "查不清"}
