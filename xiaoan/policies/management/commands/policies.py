"""`xiaoan policies …`: load, check, cover and draft policy documents."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from xiaoan.policies.coverage import coverage
from xiaoan.policies.draft import UnreadableDocument, draft_text, read_file
from xiaoan.policies.draft.accuracy import main as measure
from xiaoan.policies.packs import load_pack, load_practices, read_packs


class Command(BaseCommand):
    help = "政策文件:装入、核对覆盖、从原文起草"
    # Drafting and counting need no database: they work before the first migration.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        commands.add_parser("load", help="把 policies/ 下的文件装入数据库")
        cover = commands.add_parser("coverage", help="每份文件各条的落点")
        cover.add_argument("--json", action="store_true")
        draft = commands.add_parser("draft", help="把一份文件拆成要求(txt、docx、带文字的 pdf)")
        draft.add_argument("file")
        draft.add_argument("--json", action="store_true")
        accuracy = commands.add_parser("accuracy", help="拆解与参考答案的吻合程度")
        accuracy.add_argument("--reference", default="../shared", help="参考资料所在的文件夹")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        getattr(self, f"_{what}")(options)

    def _load(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{load_practices()} 种事项")
        for pack in read_packs():
            self.stdout.write(f"{load_pack(pack).short}:{len(pack.clauses)} 条")

    def _coverage(self, options: dict[str, Any]) -> None:
        told = coverage()
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for row in [*told["documents"], {"id": "合计", **told["total"]}]:
                self.stdout.write(
                    f"{row['id']:>4}  共 {row['rows']} 条:动态落实 {row['live']}，平台功能 {row['built']},"
                    f"将有 {row['to_come']}，原则 {row['principle']}，未对应 {row['unmapped']}"
                )
        if told["total"]["unmapped"]:
            sys.exit(1)

    def _draft(self, options: dict[str, Any]) -> None:
        try:
            told = draft_text(read_file(options["file"])).as_json()
        except (UnreadableDocument, OSError) as why:
            raise CommandError(str(why)) from why
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for clause in told["clauses"]:
            self.stdout.write(clause["heading"])
            for row in clause["requirements"]:
                when = row["every"] or row["deadline"] or ""
                self.stdout.write(f"  [{row['kind']}] {when} {row['quote'][:60]}")

    def _accuracy(self, options: dict[str, Any]) -> None:
        folder = Path(options["reference"])
        if not (folder / "mission" / "clauses.csv").exists():
            raise CommandError(f"{folder} 里没有参考资料 mission/clauses.csv,请用 --reference 指明位置。")
        sys.exit(measure([str(folder)]))
