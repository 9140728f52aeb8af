"""Numbers as official Chinese writes them: 3, 十二, 两, 二〇二四, ３."""

DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "双": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
SCALES = {"十": 10, "百": 100, "千": 1000}

# For building other patterns: one number, Arabic or Chinese, short enough to stay linear.
NUMBER = r"(?:[0-9]{1,4}|[〇零一二两三四五六七八九十百]{1,5})"


def read_number(words: str) -> int | None:
    """The whole number that the words write, or None when they write none."""
    if words.isascii() and words.isdigit():
        return int(words)
    if not words or any(c not in DIGITS and c not in SCALES for c in words):
        return None
    if not any(c in SCALES for c in words):
        return int("".join(str(DIGITS[c]) for c in words))
    return _read_scaled(words)


def _read_scaled(words: str) -> int:
    total, digit = 0, 0
    for char in words:
        if char in SCALES:
            # 十二 has no digit before its ten.
            total += (digit or 1) * SCALES[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit
