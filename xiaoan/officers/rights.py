from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_LEADS, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

KEEPERS = SCHOOL_LEADS | {"homeroom_teacher", "dormitory_head"}
RIGHTS = [
    Right("officers.read", "查看班级、宿舍有没有学生安全员和他们的上报（不含学生姓名）", OFFICE_READERS | SCHOOL_STAFF),
    Right("officers.keep", "登记班级、宿舍、宿舍区，指定安全员，感谢和报送", KEEPERS),
    Right("officers.report", "作为学生安全员或教职工上报隐患和可疑情况", SCHOOL_STAFF | {"student_officer"}),
    Right("suspicions.handle", "处理可疑情况", SCHOOL_STAFF),
    Right("concerns.report", "私下报告对一名学生的担心", SCHOOL_STAFF | {"student_officer"}),
    Right("concerns.follow", "跟进本班的关心事项（只限该班班主任和心理辅导员）", SCHOOL_STAFF),
    Right("counsellors.name", "指定本校心理辅导员", frozenset({"principal"})),
    Right("watches.set", "安排本校值班", SCHOOL_LEADS),
]
