from xiaoan.ground.people.roles import OFFICES, ROLES, SCHOOL_LEADS
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("people.read", "查看本范围内的人员和岗位", OFFICES | SCHOOL_LEADS | {"township_officer", "county_leader",
          "system_administrator", "auditor"}),
    Right("people.manage", "新增、导入人员，任免岗位", OFFICES | {"principal", "safety_director", "system_administrator"}),
    # Whoever keeps the system or audits it needs no child's name for it.
    Right("pupils.see", "查看学生的个人信息", frozenset(role.key for role in ROLES.values() if role.sees_pupils)),
]  # fmt: skip
