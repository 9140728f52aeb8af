from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("matters.receipt_days", "int", "个工作日", "协作部门多少个工作日内签收转来的事项", 1, "平台默认", "platform", 1, 15),
    Norm("matters.answer_days", "int", "个工作日", "周边问题多少个工作日内答复", 10, "平台默认", "platform", 1, 90),
    Norm("matters.dispute_days", "int", "个工作日", "矛盾纠纷多少个工作日内化解或答复", 15, "平台默认", "platform", 1, 90),
    Norm("matters.petition_days", "int", "个工作日", "信访事项多少个工作日内办结答复", 40,
         "《信访工作条例》规定自受理之日起 60 日内办结，折合约 40 个工作日，未核实", "platform", 1, 90),
    Norm("matters.enquiry_days", "int", "个工作日", "咨询多少个工作日内答复", 5, "平台默认", "platform", 1, 30),
    Norm("matters.escalate_1", "int", "天", "事项超期多少天后告知上一级单位", 1, "平台默认", "platform", 0, 60),
    Norm("matters.escalate_2", "int", "天", "事项超期多少天后告知再上一级单位", 7, "平台默认", "platform", 0, 90),
    Norm("matters.quiet_days", "int", "天", "答复后提问人多少天没有不同意见就自动办结", 15, "平台默认", "platform", 3, 90),
    Norm("matters.grid_days", "int", "天", "周边每个网格至少多少天巡到一次", 7, "平台默认", "platform", 1, 60),
    Norm("matters.contact_days", "int", "天", "重点人员至少多少天联系一次", 30, "平台默认", "platform", 1, 180),
    Norm("matters.asks_hour", "int", "次", "同一地址每小时最多提交几次咨询", 10, "平台默认", "platform", 1, 200),
]  # fmt: skip
