from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("duties.warn_days", "int", "天", "到期前多少天显示“将到期”", 7, "平台默认", "platform", 1, 60),
    Norm("duties.warn_days_deadline", "int", "天", "限期事项到期前多少天显示“将到期”", 45, "平台默认", "platform", 1, 120),
    Norm("duties.late_share", "int", "%", "到期未完成超过百分之几时，整条显示“逾期”（单个学校不受此限）", 10, "平台默认", "platform", 0, 50),
    Norm("burden.minutes_week", "int", "分钟", "每校每周填报时间的上限", 60,
         "减负要求没有给出全国统一数字，由平台给出默认值", "platform", 5, 600),
    Norm("burden.activities_term", "int", "次", "每校每学期各类进校园活动的上限", 6, "教育部2025年11月减负通知", "source", 1, 60),
    Norm("burden.notice_days", "int", "天", "检查前至少提前多少天告知", 30, "教育部2025年11月减负通知", "source", 1, 90),
]  # fmt: skip
