"""`xiaoan verify`: recount every tally from the rows, look for rows that name nothing; exit 1 and say where."""

import json
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.snapshot import snapshot
from xiaoan.site.proof import Difference, Stray, differences, strays

MOST = 100  # lines


class Command(BaseCommand):
    help = "从记录重新数一遍所有汇总数，与看板上的数核对"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            found, lost = list(differences()), list(strays())
        (self._as_json if options["json"] else self._in_words)(found, lost)
        if found or lost:
            sys.exit(1)

    def _as_json(self, found: list[Difference], lost: list[Stray]) -> None:
        names = ("unit", "measure", "subject", "period")
        rows = [{**dict(zip(names, key, strict=True)), "counted": n, "held": held} for key, n, held in found]
        told = {"clean": not found and not lost, "differences": rows, "strays": lost}
        self.stdout.write(json.dumps(told, ensure_ascii=False))

    def _in_words(self, found: list[Difference], lost: list[Stray]) -> None:
        for table, column, n in lost:
            self.stdout.write(f"{table}.{column}：{n} 行指向不存在的内容")
        names = dict(Unit.objects.filter(path__in={k[0] for k, _, _ in found[:MOST]}).values_list("path", "name"))
        for key, counted, held in found[:MOST]:
            self.stdout.write(
                f"{names.get(key[0], key[0])} {key[1]} {key[2]} {key[3]}:记录数得 {counted}，汇总为 {held}"
            )
        if found:
            self.stdout.write(f"共 {len(found)} 处不一致")
        elif not lost:
            self.stdout.write("全部汇总数与记录一致")
