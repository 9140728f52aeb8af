"""`xiaoan journal verify`: proves that nothing in the journal was altered."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from xiaoan.ground.journal.chain import faults, head, noted_head
from xiaoan.ground.journal.models import Entry
from xiaoan.kernel.snapshot import snapshot


class Command(BaseCommand):
    help = "核对操作日志的封印链:xiaoan journal verify [--json] [--known 编号:摘要]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
        parser.add_argument(
            "--known", default="", metavar="NUMBER:SHA256",
            help="a seal noted earlier outside this database: it must still be in the chain",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            told = self._look(options["known"])
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._say(told)
        if told["faults"]:
            raise SystemExit(1)

    def _look(self, known: str) -> dict[str, Any]:
        found = list(faults(known))
        last = head()
        return {
            "whole": not found,
            "entries": Entry.objects.count(),
            "unsealed": Entry.objects.filter(seal__isnull=True).count(),
            "head": noted_head(),
            "head_sm3": last.sm3 if last else "",
            "faults": found,
        }

    def _say(self, told: dict[str, Any]) -> None:
        for fault in told["faults"]:
            self.stdout.write(fault)
        if told["whole"]:
            self.stdout.write(f"日志完整:{told['entries']} 条，其中未封印 {told['unsealed']} 条。")
        else:
            self.stdout.write(f"日志不完整:发现 {len(told['faults'])} 处。")
        if told["head"]:
            self.stdout.write(
                f"最后一个封印 {told['head']}(国密 {told['head_sm3']})。把它抄到系统之外，日后可用 --known 核对。"
            )
