"""`xiaoan reference`: print docs/reference.md as it should be; --write puts it there."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from xiaoan.site.reference import reference


class Command(BaseCommand):
    help = "生成参考手册(设置、命令、权限、规范值、指标、后台任务)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="写入 docs/reference.md")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if write:
            (settings.BASE_DIR / "docs" / "reference.md").write_text(reference(), encoding="utf-8")
        else:
            self.stdout.write(reference())
