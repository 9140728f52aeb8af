from xiaoan.kernel.actor import Right

RIGHTS = [
    Right("jobs.read", "查看后台任务的进度和失败", frozenset({"system_administrator", "province_officer", "city_officer", "county_officer"})),
    Right("jobs.retry", "重试失败的后台任务", frozenset({"system_administrator"})),
]  # fmt: skip
