"""The practice: a short verb phrase of what to do, time, actor and count taken off."""

import re

from .numerals import NUMBER

LONGEST = 30
LEADING = re.compile(
    r"(?:要|应当|应|须|必须|需|将|在|于|前|内|的|并|且|并且|同时|还|都|均|各|务必|一是|二是|三是|四是|五是|进一步|切实|积极|全面|认真|严格|扎实|持续|深入|不断|大力|有序|统筹|分批|分类"
    r"|至少|不少于|不低于|原则上|由|〓|、|（|“|：|，|[0-9①-⑳]{1,2}[.、）]|（[一二三四五六七八九十\d]{1,3}）|[一二三四五六七八九十]{1,3}、)"
)
COUNTED = re.compile(rf"(?:至少|不少于|不低于)?(?:各)?{NUMBER}(?:次|遍|轮|场|回)(?:以上)?(?:的)?")


def short_practice(text: str, mentions: list[str], subject: str) -> str:
    """The words of a duty without its time words, its subject and its counts; at most 30 characters."""
    for words in sorted(mentions, key=len, reverse=True):
        text = text.replace(words, "", 1)
    if subject:
        text = text.replace(subject, "", 1)
    text = COUNTED.sub("", text, count=2).strip("，。；：、！？（）《》“”\"' ")
    while (match := LEADING.match(text)) and len(text) - match.end() >= 4:
        text = text[match.end() :]
    return _cut(text)


def _cut(text: str) -> str:
    part = re.split(r"[，。；：！？]", text, maxsplit=1)[0] or text
    return part[:LONGEST].strip("，。；：、！？（“”）")
