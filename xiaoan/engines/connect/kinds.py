"""Kinds of things that a webhook can tell of: the journal's subjects, each with the right that reading it takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`key` is the journal's subject_type; `address` is where the API shows the thing, when it does."""

    key: str
    name: str
    right: str
    address: str = ""


KINDS = {
    kind.key: kind
    for kind in (
        Kind("record", "记录", "records.read", "/api/records/{}/"),
        Kind("task", "派发的任务", "duties.read", "/api/tasks/{}/"),
        Kind("assignment", "任务办理", "duties.read", "/api/assignments/{}/"),
        Kind("exemption", "免做申请", "duties.read", "/api/exemptions/{}/"),
        Kind("publication", "文件的发布和结束", "policies.read", "/api/publications/{}/"),
        Kind("unit", "单位", "units.read", "/api/units/{}/"),
        Kind("post", "岗位", "people.read", "/api/posts/{}/"),
        Kind("norm", "规范值", "norms.read", "/api/norms/"),
        Kind("term", "学期", "calendar.read", "/api/calendar/terms/"),
    )
}
