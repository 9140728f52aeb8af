from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("journal.read", "查看本范围内的操作日志", frozenset({"system_administrator", "auditor"})),
]
