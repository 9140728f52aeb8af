from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right(
        "sync.send",
        "把手机上记下的内容发到平台",
        OFFICE_READERS | SCHOOL_STAFF | {"student_officer", "expert", "partner_officer"},
    ),
    Right("sync.settle", "处理本单位手机上没有办成的记录", SCHOOL_LEADS | OFFICES | {"township_officer"}),
]
