from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

BELOW = {"student_officer", "parent", "partner_officer"}  # see their own cases only
CHECKERS = OFFICES | {"county_leader", "township_officer", "inspector"}

RIGHTS = [
    Right("hazards.read", "查看隐患", OFFICE_READERS | SCHOOL_STAFF | BELOW | {"expert"}),
    Right("hazards.report", "上报隐患", OFFICE_READERS | SCHOOL_STAFF | BELOW | {"expert"}),
    Right("hazards.judge", "研判隐患、落实整改", OFFICES | SCHOOL_LEADS | {"county_leader", "township_officer"}),
    Right("hazards.fix", "整改隐患并交验、申请延期", OFFICE_READERS | SCHOOL_STAFF),
    Right("hazards.verify", "验收隐患、答复延期、调整等级", SCHOOL_LEADS | CHECKERS),
    Right("hazards.recheck", "抽查已销号的隐患", CHECKERS),
    Right("hazards.supervise", "挂牌督办和摘牌", OFFICES | {"county_leader"}),
    Right("hazards.contact", "看扫码上报人留给本校的联系方式", SCHOOL_LEADS),
    Right("hazards.answer", "签收、答复学校转来的隐患", frozenset({"partner_officer"})),
]
