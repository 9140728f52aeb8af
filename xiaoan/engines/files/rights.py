from xiaoan.ground.people.roles import OFFICE_READERS, ROLES, SCHOOL_STAFF
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("files.read", "查看本范围内的照片和附件", OFFICE_READERS | SCHOOL_STAFF),
    Right("files.write", "为本单位上传照片和附件", frozenset(ROLES) - {"parent", "auditor"}),
]
