from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

PARTNER = {"partner_officer"}
RIGHTS = [
    Right("matters.read", "查看周边问题、咨询和办理情况", OFFICE_READERS | SCHOOL_LEADS | PARTNER),
    Right("matters.report", "报告学校周边的问题", SCHOOL_STAFF | OFFICES | {"township_officer"}),
    Right("matters.handle", "受理、转交、催办、确认办结周边问题和咨询", SCHOOL_LEADS | OFFICES | {"township_officer"}),
    Right("matters.answer", "代表协作部门签收、办理、答复转来的事项", frozenset(PARTNER)),
    Right("disputes.read", "查看本范围内的矛盾纠纷和信访", SCHOOL_LEADS | OFFICES | {"county_leader"}),
    Right("disputes.report", "登记矛盾纠纷和信访，记录走访和疏导", SCHOOL_LEADS | OFFICES),
    Right("clues.send", "向公安报送受限线索", SCHOOL_LEADS | OFFICES),
    Right("peaks.read", "查看上下学高峰勤务", OFFICE_READERS | SCHOOL_STAFF | PARTNER),
    Right("peaks.publish", "发布各校的高峰勤务安排", OFFICES | PARTNER),
    Right("peaks.tick", "在高峰时段登记见警察、见警车、见警灯", SCHOOL_STAFF),
    Right("grid.read", "查看周边网格、巡逻和安全区域", OFFICE_READERS | SCHOOL_STAFF | PARTNER),
    Right("grid.draw", "划分周边网格和学生安全区域，登记其中的场所", SCHOOL_LEADS | OFFICES),
    Right("grid.visit", "登记网格巡逻", SCHOOL_STAFF | PARTNER | {"county_officer", "township_officer"}),
    Right("sweeps.manage", "发起周边联合整治", OFFICES),
    Right("circulars.issue", "通报未解决的周边问题", OFFICES),
    Right("prohibitions.manage", "设定信访稳定“七个不允许”", frozenset({"city_officer", "province_officer"})),
    Right("prohibitions.read", "查看“七个不允许”发生情况", OFFICES | {"county_leader"}),
    Right("breaches.record", "登记“七个不允许”发生情况", OFFICES),
    Right("keepers.name", "指定信访、线索、调解专人", frozenset({"county_leader", "city_officer", "principal", "system_administrator"})),
]  # fmt: skip
