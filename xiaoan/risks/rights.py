from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("risks.read", "查看风险点、风险清单和公告", OFFICE_READERS | SCHOOL_STAFF),
    Right("risks.write", "辨识、评估和申报本校的风险", SCHOOL_LEADS),
    Right("risks.confirm", "确认风险管控措施是否到位", SCHOOL_STAFF),
    Right("risks.announce", "发布本校的风险公告", SCHOOL_LEADS),
    Right("risks.notices", "打开本校的风险公告", SCHOOL_STAFF | {"parent", "student_officer"}),
    Right("risks.register", "登记学校申报的风险并提出监管要求", OFFICES),
    Right("risks.study", "记录本单位的风险研判", OFFICES | SCHOOL_LEADS),
    Right("risks.apply", "申请达标验收", SCHOOL_LEADS),
    Right("risks.score", "给申请达标验收的学校打分", OFFICES | {"inspector"}),
    Right("risks.accept", "决定达标验收是否通过", OFFICES),
]
