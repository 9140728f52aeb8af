"""Chinese fonts for printed pages: the system's, else those that lie in known folders."""

from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from xiaoan.kernel.errors import Refusal

# Song for text, best first; Hei for heads. A site that owns 仿宋 or 小标宋 puts them among the system's fonts.
SONG = [
    "FangSong",
    "FangSong_GB2312",
    "SimSun",
    "Songti SC",
    "STSong",
    "Source Han Serif SC",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "AR PL SungtiL GB",
]
HEI = [
    "SimHei",
    "PingFang SC",
    "Microsoft YaHei",
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
]
NO_FONT = (
    "这台服务器上没有中文字体，做不出 PDF(会印成方框)。请系统管理员安装一种中文字体，如 Noto CJK 或思源宋体,"
    "再重新下载;Excel 版不受影响，可以先用。"
)


def folders() -> list[Path]:
    """Folders beside the system's own that may hold fonts."""
    known = [
        Path(settings.XIAOAN_DATA) / "fonts",
        Path(settings.BASE_DIR) / "frontend" / "node_modules" / "@expo-google-fonts",
    ]
    return [p for p in known if p.is_dir()]


@cache
def held() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(p) for p in folders()])


def families() -> tuple[list[str], list[str]]:
    """(song, hei) families that are there. Raises Refusal with a sentence when there is none at all."""
    there = set(held().families())
    song, hei = [f for f in SONG if f in there], [f for f in HEI if f in there]
    if not song and not hei:
        raise Refusal(NO_FONT)
    return song or hei, hei or song
