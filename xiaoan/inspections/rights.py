from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS
from xiaoan.kernel.actor import Right

AROUND = {"expert", "partner_officer"}  # see only what they were given
RIGHTS = [
    Right("inspections.read", "查看本范围内的督查和反馈", OFFICE_READERS | SCHOOL_LEADS | AROUND),
    Right("inspections.plan", "策划督查、抽取对象和人员、派出、建督查队伍", OFFICES),
    Right("inspections.approve", "批准督查方案", OFFICES | {"county_leader"}),
    Right("inspections.do", "参加督查、填写检查结果、复查", OFFICE_READERS | SCHOOL_LEADS | AROUND),
    Right("inspections.fix", "按督查反馈组织整改并回复", OFFICES | SCHOOL_LEADS),
    Right("inspections.oversee", "看督查覆盖、质量和队伍情况", OFFICE_READERS),
    Right("blacklist.keep", "列入、解除黑名单，答复申诉", OFFICES),
    Right("supervised.keep", "立项督办并办结", OFFICES | SCHOOL_LEADS | {"county_leader", "township_officer"}),
    Right("institutions.read", "查看校外培训机构安全情况", OFFICE_READERS | SCHOOL_LEADS | {"partner_officer"}),
    Right("institutions.keep", "登记培训机构的证照、负责人和房屋情况", OFFICES | SCHOOL_LEADS | {"partner_officer"}),
    Right("institutions.punish", "记录对培训机构的行政处罚", OFFICES | {"partner_officer"}),
]
