"""`xiaoan restore BACKUP`: go back to a backup, and prove what is there then."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xiaoan.kernel.errors import Refusal
from xiaoan.site.keeping.services import restore_backup


class Command(BaseCommand):
    help = "从备份恢复数据库和文件:xiaoan restore 备份文件夹 [--replace]"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="带日期的那一层文件夹，里面有 manifest.json")
        parser.add_argument("--replace", action="store_true", help="替换这里已有的数据")

    def handle(self, *args: Any, backup: Path, replace: bool, **options: Any) -> None:
        try:
            wrong = restore_backup(backup.absolute(), replace, self.stdout.write)
        except Refusal as why:
            raise CommandError(why.sentence) from why
        for sentence in wrong[:100]:
            self.stderr.write(sentence)
        if wrong:
            self.stderr.write(f"已恢复，但有 {len(wrong)} 处对不上，见上。")
            sys.exit(1)
        self.stdout.write(
            "已恢复:全部汇总数与记录一致，操作日志完整，接得上备份时的封印。现在可以启动网页服务和后台任务进程。"
        )
