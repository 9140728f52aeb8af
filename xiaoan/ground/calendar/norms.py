from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("calendar.month_days", "int", "天", "一个月里至少有多少个在校日，才要求当月的月度事项", 5,
         "教基一厅〔2014〕2号按月演练的要求，放假月份不计，由平台定天数", "platform", 1, 20),
    Norm("calendar.week_days", "int", "天", "一周里至少有多少个在校日，才要求当周的每周事项", 2, "平台默认", "platform", 1, 5),
    Norm("calendar.break_days", "int", "天", "连续多少天不在校算一次放假(放假前教育、提醒)", 3, "平台默认", "platform", 2, 10),
]  # fmt: skip
