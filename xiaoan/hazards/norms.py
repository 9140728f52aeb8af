from xiaoan.ground.norms.declare import Norm

RANKS = ("本单位", "镇街", "区县")  # who verifies, from the nearest to the highest
PLATFORM = "平台默认，各地按本地隐患排查治理制度设定"


def _days(key: str, sentence: str, default: int, most: int = 60) -> Norm:
    return Norm(f"hazards.{key}", "int", "个工作日", sentence, default, PLATFORM, "platform", 0, most)


def _rank(key: str, level: str, default: str) -> Norm:
    sentence = f"{level}隐患由哪一级验收（本单位、镇街、区县）"
    return Norm(f"hazards.verified_by.{key}", "text", "", sentence, default, PLATFORM, among=RANKS)


NORMS = [
    _days("judge_days", "隐患上报后几个工作日内研判", 1),
    _days("assign_days", "隐患研判后几个工作日内落实整改", 1),
    _days("fix_days.major", "重大隐患最长整改期限", 30, 180),
    _days("fix_days.larger", "较大隐患最长整改期限", 15, 120),
    _days("fix_days.general", "一般隐患最长整改期限", 7, 60),
    _days("fix_days.low", "低级别隐患最长整改期限", 3, 60),
    _days("redo_days", "验收未通过后几个工作日内再整改", 5),
    _days("verify_days", "整改交验后几个工作日内验收", 3),
    _days("strike_days", "重大隐患验收后几个工作日内审核摘牌", 5),
    _days("receipt_days", "协作部门几个工作日内签收学校吹哨", 2),
    _days("answer_days", "协作部门签收后几个工作日内答复", 10),
    _days("extend_days", "延期申请几个工作日内答复", 2),
    _rank("low", "低级别", "本单位"),
    _rank("general", "一般", "本单位"),
    _rank("larger", "较大", "镇街"),
    Norm("hazards.escalate.first", "int", "天", "隐患超期几天升级到上一级", 1, PLATFORM, "platform", 1, 60),
    Norm("hazards.escalate.second", "int", "天", "隐患超期几天升级到上两级", 3, PLATFORM, "platform", 1, 90),
    Norm("hazards.escalate.third", "int", "天", "隐患超期几天升级到上三级", 7, PLATFORM, "platform", 1, 120),
    Norm("hazards.repeat_days", "int", "天", "同一地点、同一原因多少天内再次出现算重复", 180, PLATFORM, "platform", 7, 1000),
    Norm("hazards.told_per_hour", "int", "次", "一个网络地址一小时内在同一点位扫码上报最多几次", 5, PLATFORM, "platform", 1, 100),
    Norm("hazards.told_per_day", "int", "次", "一个点位一天内扫码上报最多几次", 60, PLATFORM, "platform", 5, 1000),
    Norm("hazards.progress_days", "int", "天", "挂牌督办的隐患多少天没有进展就提醒", 7, PLATFORM, "platform", 1, 60),
]  # fmt: skip
