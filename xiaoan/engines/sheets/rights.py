from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("records.read", "查看本范围内的记录", OFFICE_READERS | SCHOOL_STAFF),
    Right("records.write", "填报、撤回本单位的记录", SCHOOL_STAFF | {"student_officer", "township_officer",
          "county_officer", "city_officer", "province_officer", "county_leader", "section_officer", "inspector"}),
    Right("records.confidential", "查看记录中的保密内容", frozenset({"principal", "safety_director", "county_officer"})),
]  # fmt: skip
