from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

AROUND = ("expert", "partner_officer")  # inspect where they were sent, handle the hazards that they were given
RIGHTS = [
    Right("phone.use", "在手机上看待办、填记录", OFFICE_READERS | SCHOOL_STAFF | {"student_officer", *AROUND}),
]
