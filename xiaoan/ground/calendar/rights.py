from xiaoan.ground.people.roles import OFFICE_READERS, OFFICES, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("calendar.read", "查看校历", OFFICE_READERS | SCHOOL_STAFF | {"system_administrator", "auditor"}),
    Right("calendar.manage", "设定学期、导入校历", OFFICES | {"system_administrator"}),
    Right("calendar.days", "上传节假日和调休(全平台共用)", OFFICES | {"system_administrator"}),
]
