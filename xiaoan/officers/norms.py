from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("officers.from_grade", "int", "年级", "从几年级起每个班要有一名学生安全员（初一为 7）", 7,
         "高校和中小学安全管理文件：初中以上学段每班一名，未核实", "platform", 1, 12),
    Norm("officers.link_hour", "int", "次", "一个安全员专用链接每小时最多上报几次", 12, "平台默认", "platform", 1, 200),
]  # fmt: skip
