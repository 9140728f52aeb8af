from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("boards.read", "查看本单位和下级的落实情况", OFFICE_READERS | SCHOOL_STAFF | {"partner_officer", "auditor"}),
    Right(
        "why.read",
        "查看一件事出自哪些文件、怎样算做到",
        OFFICE_READERS | SCHOOL_STAFF | {"student_officer", "partner_officer", "auditor"},
    ),  # whoever sees a figure may ask where it comes from
    Right("reports.export", "导出报表", OFFICE_READERS | {"principal", "safety_director", "auditor"}),
]
