from xiaoan.ground.people.roles import OFFICES
from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("intake.use", "上传表格批量导入(还要有所导入内容的权限)",
          OFFICES | {"principal", "safety_director", "system_administrator"}),
]  # fmt: skip
