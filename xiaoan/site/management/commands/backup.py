"""`xiaoan backup FOLDER`: the database and all files into a folder, beside people who go on working."""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xiaoan.kernel.errors import Refusal
from xiaoan.site.keeping.services import keep_newest, make_backup


class Command(BaseCommand):
    help = "备份数据库和文件到一个文件夹:xiaoan backup 文件夹 [--keep 份数]"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="放备份的文件夹，最好在另一块磁盘或另一台机器上")
        parser.add_argument("--keep", type=int, default=0, help="只留最近几份，0 表示都留")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        os.umask(0o077)  # what is in it is for nobody else on the machine
        try:
            backup, wrong = make_backup(folder.absolute(), self.stdout.write)
            if keep > 0 and not wrong:
                keep_newest(folder.absolute(), keep, self.stdout.write)
        except Refusal as why:
            raise CommandError(why.sentence) from why
        except OSError as why:
            raise CommandError(f"备份没有完成：{why.strerror}({why.filename or folder})。已有的备份不受影响。") from why
        self.stdout.write(f"备份完成:{backup}")
        self.stdout.write(
            "备份里没有 XIAOAN_SECRET(或数据文件夹里的 secret):请另外抄下保存;没有它也能恢复，只是所有人要重新登录。"
        )
        for sentence in wrong:
            self.stderr.write(f"注意:{sentence}")
        if wrong:
            self.stderr.write("因此没有删除旧的备份。")
            sys.exit(1)
