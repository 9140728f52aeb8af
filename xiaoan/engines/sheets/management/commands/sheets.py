"""`xiaoan sheets list|check [--json]`: what can be recorded, and whether the catalogue is sound."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.problems import problems


class Command(BaseCommand):
    help = "列出记录类型，或检查它们的写法"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["list", "check"])
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            known = sheets()
        except ValueError as why:
            raise CommandError(f"记录类型的文件写错了：{why}") from why
        if what == "list":
            rows = [
                {"key": s.key, "name": s.name, "group": s.group, "ranks": list(s.ranks), "fields": len(s.fields), "quick": s.quick}
                for s in known.values()
            ]  # fmt: skip
            self._tell(
                options["json"], rows, [f"{r['key']:<24}{r['group']}　{r['name']}　{r['fields']} 问" for r in rows]
            )
            return
        wrong = {key: found for key, s in known.items() if (found := list(problems(s)))}
        lines = [f"{key}：{why}" for key, found in wrong.items() for why in found]
        self._tell(
            options["json"],
            {"sheets": len(known), "problems": wrong},
            lines or [f"{len(known)} 种记录，没有发现问题。"],
        )
        if wrong:
            raise CommandError(f"{len(lines)} 处要改。")

    def _tell(self, as_json: bool, data: Any, lines: list[str]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))
