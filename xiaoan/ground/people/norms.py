from xiaoan.ground.norms.declare import Norm

PRACTICE = "等级保护测评的通行做法(GB/T 22239-2019 未规定具体数字)"
NORMS = [
    Norm("people.lock_failures", "int", "次", "连续登录失败多少次后锁定", 5, PRACTICE, "source", 3, 20),
    Norm("people.lock_minutes", "int", "分钟", "锁定多少分钟", 15, PRACTICE, "source", 1, 1440),
    Norm("people.idle_minutes", "int", "分钟", "多少分钟不操作自动退出", 120, PRACTICE, "platform", 5, 1440),
    Norm("people.password_length", "int", "位", "密码最少多少位", 8, PRACTICE, "source", 8, 64),
    Norm(
        "people.password_classes", "int", "类", "密码至少含大写、小写、数字、符号中的几类", 3, PRACTICE, "source", 1, 4
    ),
    Norm("people.first_password_days", "int", "天", "首次密码多少天内有效", 30, PRACTICE, "platform", 1, 365),
    Norm("people.password_history", "int", "个", "新密码不能与最近几个用过的相同", 5, PRACTICE, "source", 0, 24),
    Norm("people.unused_days", "int", "天", "账号多少天不登录就停用(0 为不停用)", 90, PRACTICE, "source", 0, 3650),
    Norm(
        "people.admin_addresses",
        "text",
        "",
        "系统管理员和审计员只能从哪些网络地址登录(逗号隔开，空为不限)",
        "",
        PRACTICE,
    ),
    Norm("people.password_days", "int", "天", "密码多少天必须更换(0 为不要求)", 0, PRACTICE, "platform", 0, 365),
]
