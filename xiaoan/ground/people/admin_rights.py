from xiaoan.ground.people.roles import OFFICES, SCHOOL_LEADS
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("people.read", "查看本范围内的人员和岗位", OFFICES | SCHOOL_LEADS | {"township_officer", "county_leader",
          "system_administrator", "auditor"}),
    Right("people.manage", "新增、导入人员,任免岗位", OFFICES | {"principal", "safety_director", "system_administrator"}),
]  # fmt: skip
