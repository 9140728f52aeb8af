"""The figure that a duty must reach, in its own words: 100%, 不少于30%, 全覆盖, 两批, 至少1次."""

import re

from .numerals import NUMBER

LEAST = r"(?:不少于|不低于|不超过|不得低于|不得少于|至少|达到|控制在|低于|高于|超过|提高到|提升到)"
FIGURE = re.compile(
    rf"(?:{LEAST}[^，。；：0-9%]{{0,6}})?\d{{1,3}}(?:\.\d{{1,2}})?%(?:以上|以内|以下)?"
    rf"|百分之百|百分之{NUMBER}(?:以上)?|100%"
    rf"|(?:{LEAST}|各|开展|组织|完成|建设|创建|打造|评选|配备|明确|分)?{NUMBER}(?:个|批次?|次|名|所|遍|轮|场|节|课时|学时|小时|人|分钟|篇|期|条)(?:以上)?"
    r"|全覆盖|全员覆盖|全部|动态清零|清零|零发生|零事故|零容忍|无死角|无盲区|满员|应[\u4e00-\u9fff]尽[\u4e00-\u9fff]"
)
PLAIN = ("一名", "两个")


def find_figure(text: str) -> str | None:
    """The first figure in a chunk, percentages before counts; None without one."""
    found = [m.group() for m in FIGURE.finditer(text)]
    found = [f for f in found if not f.startswith(("一个", "两个", "三个", "一批", "一条", "一期")) or "至少" in f]
    for wanted in ("%", "百分", "覆盖", "不少于", "至少", "不低于"):
        for figure in found:
            if wanted in figure:
                return figure
    return found[0] if found else None
