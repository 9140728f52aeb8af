from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("phone.use", "在手机上看待办、填记录", OFFICE_READERS | SCHOOL_STAFF | {"student_officer"}),
]
