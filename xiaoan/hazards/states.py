"""The words of hazards: levels, sources, kinds, and what a case is waiting for in each state."""

LEVELS = {"major": "重大", "larger": "较大", "general": "一般", "low": "低"}
WORST = list(LEVELS)  # worst first
KINDS = {"hazard": "隐患", "surroundings": "周边隐患"}
SOURCES = {
    "self_check": "自查", "patrol": "巡查", "inspection": "上级检查", "third_party": "第三方检查", "warning": "预警",
    "video": "视频巡查", "student_officer": "学生安全员", "staff": "教职工", "parent": "家长", "passer_by": "群众",
    "partner": "协作部门",
}  # fmt: skip
RARE_SOURCES = ["third_party", "warning", "video", "student_officer", "parent", "passer_by", "partner"]
SELF_FOUND = ["self_check", "patrol", "staff", "student_officer", "video"]  # by the school itself
FROM_OUTSIDE = ["inspection", "third_party", "warning", "partner"]  # a school alone does not call these false
FOUND = {"holds": "确已整改", "recurred": "又出现了", "false": "没有真正整改"}  # by a second look at a closed case
CONTENTS = {
    "goal": "治理的目标和任务", "measures": "采取的方法和措施", "funds": "经费和物资的落实", "people": "负责治理的机构和人员",
    "time": "治理的时限和要求", "contingency": "安全措施和应急预案",
}  # of the treatment plan of a major hazard  # fmt: skip
MANAGED = {"at_once": "即查即改", "term": "限期整改"}

CLOSED, DUPLICATE, FALSE = "closed", "duplicate", "false"
ENDS = [CLOSED, DUPLICATE, FALSE]
STEPS = ["上报", "研判", "整改", "验收", "销号"]


def is_worse(level: str, than: str) -> bool:
    return WORST.index(level) < WORST.index(than)


def worst(*levels: str) -> str:
    """The worst of the levels given; empty ones say nothing."""
    return min((each for each in levels if each), key=WORST.index, default="")
