from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("checks.read", "查看检查清单、检查项目和重大隐患判定标准",
          OFFICE_READERS | SCHOOL_STAFF | {"expert", "partner_officer", "student_officer"}),
    Right("checks.write", "编制并发布本单位的检查清单", OFFICES | SCHOOL_LEADS),
    Right("checks.judge", "发布本地的隐患判定标准", OFFICES),
]  # fmt: skip
