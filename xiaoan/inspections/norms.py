from xiaoan.ground.norms.declare import Norm

COVERAGE = "《市校园安全……四位一体督查》方案：市级不少于30%，县级全覆盖"
NORMS = [
    Norm("inspections.share_city", "int", "%", "市级一年督查的学校不少于百分之几", 30, COVERAGE, "source", 0, 100),
    Norm("inspections.share_county", "int", "%", "县级一年督查的学校不少于百分之几", 100, COVERAGE, "source", 0, 100),
    Norm("inspections.share_province", "int", "%", "省级一年督查的学校不少于百分之几", 0, "平台默认：不要求", "platform", 0, 100),
    Norm("inspections.visits_year", "int", "次", "一所学校一年最多接受几次督查，超过要写明理由", 5,
         "西安减负方案：督查检查每年不超过5次", "source", 1, 60),
    Norm("inspections.gap_days", "int", "天", "同一所学校两次督查相隔不到多少天时，提示合并", 30, "平台默认", "platform", 1, 180),
    Norm("inspections.fix_days", "int", "天", "督查反馈后多少天内整改并回复", 15, "平台默认", "platform", 1, 180),
    Norm("inspections.keeper_days", "int", "天", "包校人员多少天至少到校一次", 30, "平台默认", "platform", 7, 366),
    Norm("inspections.small_pupils", "int", "人", "学生不到多少人算小型学校", 200, "平台默认", "platform", 10, 1000),
    Norm("inspections.rules", "text", "", "督查办法：标题和文号，督查人员在“督查办法”页看到", "",
         "由市或区县公布", "platform"),
    Norm("inspections.remind_days", "int", "天", "督办事项到期前多少天提醒", 3, "平台默认", "platform", 0, 60),
]  # fmt: skip
