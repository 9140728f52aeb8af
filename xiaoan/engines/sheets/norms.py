from xiaoan.ground.norms.declare import Norm

NORMS = [
    Norm(
        "sheets.undo_minutes",
        "int",
        "分钟",
        "记录提交后多少分钟内可由本人直接撤销而不必写原因",
        5,
        "平台默认",
        "platform",
        0,
        60,
    ),
]
