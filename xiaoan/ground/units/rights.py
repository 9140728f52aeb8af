from xiaoan.kernel.actor import Right

BUREAU = {"province_officer", "city_officer", "county_officer"}
RIGHTS = [
    Right(
        "units.read",
        "查看本范围内的单位",
        frozenset(
            BUREAU
            | {"county_leader", "section_officer", "inspector", "township_officer", "principal"}
            | {"safety_director", "safety_officer", "system_administrator", "auditor"}
        ),
    ),
    Right("units.manage", "新增、导入、合并、改名、调整、撤销单位", frozenset(BUREAU | {"system_administrator"})),
]
