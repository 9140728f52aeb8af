from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("connect.token_days", "int", "天", "接口令牌最长有效多少天", 365, "平台默认", "platform", 1, 1095),
]
