from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("duties.read", "查看要做的事和完成情况", OFFICE_READERS | SCHOOL_STAFF | {"student_officer"}),
    Right("exemptions.ask", "为本校申请免做某件事", SCHOOL_LEADS),
    Right("exemptions.decide", "批准或退回免做申请", OFFICES),
    Right("tasks.dispatch", "向下级单位和科室派发任务", OFFICES | {"county_leader"}),
    Right("tasks.hand_in", "办理并交付派给本单位、本科室的任务", OFFICE_READERS | SCHOOL_LEADS),
    Right("tasks.accept", "验收或退回交付的任务", OFFICES | {"county_leader"}),
    Right("burden.read", "查看基层负担", OFFICE_READERS | SCHOOL_LEADS | {"auditor"}),
]
