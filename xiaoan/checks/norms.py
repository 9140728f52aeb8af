from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("checks.composite_least", "int", "条", "综合判定：同一组至少存在几条就构成重大事故隐患", 3,
         "判定指南的条数未核实，平台先给默认值，请按原文改", "platform", 1, 20),
]  # fmt: skip
