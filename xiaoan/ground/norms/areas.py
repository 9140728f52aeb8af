"""Areas under which the norm page groups norms, by the first word of their keys."""

AREAS = {
    "calendar": "校历和期限",
    "obligations": "落实和督办",
    "sheets": "填报记录",
    "policies": "政策文件",
    "checks": "检查标准",
    "hazards": "隐患治理",
    "risks": "风险管控",
    "incidents": "事件报告",
    "drills": "应急演练",
    "warnings": "预警响应",
    "files": "文件和照片",
    "people": "账号和登录",
    "connect": "接口和推送",
}
OTHER = "其他"


def area_of(key: str) -> str:
    """The area's name of a norm's key."""
    return AREAS.get(key.partition(".")[0], OTHER)
