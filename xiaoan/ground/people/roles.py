"""The roles: which rank of unit each belongs to. What a role may do is said beside each right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    key: str
    name: str
    ranks: tuple[str, ...]
    sees_pupils: bool = True


ROLES: dict[str, Role] = {
    role.key: role
    for role in [
        Role("province_officer", "省级安全管理人员", ("province",)),
        Role("city_officer", "市级安全管理人员", ("city",)),
        Role("county_officer", "区县安全管理人员", ("county",)),
        Role("county_leader", "区县教育局领导", ("county",)),
        Role("section_officer", "科室人员", ("department",)),
        Role("inspector", "督查人员", ("county", "city", "province")),
        Role("expert", "安全专家", ("county", "city", "province")),
        Role("township_officer", "镇街安全管理人员", ("township",)),
        Role("principal", "校长(园长)", ("school",)),
        Role("safety_director", "安全主任", ("school",)),
        Role("safety_officer", "安全员", ("school",)),
        Role("canteen_head", "食堂负责人", ("school",)),
        Role("dormitory_head", "宿舍负责人", ("school",)),
        Role("laboratory_head", "实验室负责人", ("school",)),
        Role("bus_head", "校车负责人", ("school",)),
        Role("homeroom_teacher", "班主任", ("school",)),
        Role("guard", "保安员", ("school",)),
        Role("student_officer", "学生安全员", ("school",)),
        Role("parent", "家长", ("school",)),
        Role("partner_officer", "协作部门人员", ("partner",)),
        Role("system_administrator", "系统管理员", ("province", "city", "county", "township", "school"), False),
        Role("auditor", "审计员", ("province", "city", "county"), False),
    ]
}

SCHOOL_STAFF = frozenset(
    {"principal", "safety_director", "safety_officer", "canteen_head", "dormitory_head", "laboratory_head",
     "bus_head", "homeroom_teacher", "guard"}
)  # fmt: skip
APART = frozenset({"system_administrator", "auditor"})  # nobody holds both: who keeps the system does not audit it
SCHOOL_LEADS = frozenset({"principal", "safety_director", "safety_officer"})
OFFICES = frozenset({"province_officer", "city_officer", "county_officer"})
OFFICE_READERS = OFFICES | {"county_leader", "section_officer", "inspector", "township_officer"}
