from xiaoan.kernel.actor import Right

OFFICES = {"province_officer", "city_officer", "county_officer", "system_administrator"}
READERS = OFFICES | {"county_leader", "section_officer", "inspector", "township_officer", "principal", "auditor"}
RIGHTS = [
    Right("norms.read", "查看规范值及其依据", frozenset(READERS | {"safety_director", "safety_officer"})),
    Right("norms.set", "为本地区设定规范值", frozenset(OFFICES)),
]
