from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("policies.read", "阅读适用于本单位的政策文件", OFFICE_READERS | SCHOOL_STAFF | {"student_officer", "expert",
          "partner_officer", "system_administrator", "auditor"}),
    Right("policies.draft", "把文件拆解成事项、修改草稿", OFFICES | {"section_officer"}),
    Right("policies.publish", "向下发布文件、沿用到新的年度、废止", OFFICES),
]  # fmt: skip
