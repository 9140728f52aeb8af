from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm("patrols.wait_hours", "int", "小时", "巡查到点后等多久还没有收到，才算没有巡查（手机可能没有网络）", 24, "平台默认", "platform", 0, 168),
]  # fmt: skip
