from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("patrols.read", "查看巡查路线和巡查情况", OFFICE_READERS | SCHOOL_STAFF),
    Right("patrols.plan", "设置本校的巡查路线", SCHOOL_LEADS),
    Right("patrols.walk", "巡查并记录", SCHOOL_STAFF),
]
