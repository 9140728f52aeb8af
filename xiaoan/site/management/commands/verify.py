"""`xiaoan verify`: recount every tally from the rows; exit 1 and name what differs."""

import json
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.snapshot import snapshot
from xiaoan.site.proof import differences


class Command(BaseCommand):
    help = "从记录重新数一遍所有汇总数，与看板上的数核对"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            found = list(differences())
        if options["json"]:
            rows = [
                {
                    "unit": key[0],
                    "measure": key[1],
                    "subject": key[2],
                    "period": key[3],
                    "counted": counted,
                    "held": held,
                }
                for key, counted, held in found
            ]
            self.stdout.write(json.dumps({"clean": not found, "differences": rows}, ensure_ascii=False))
        elif found:
            names = dict(Unit.objects.filter(path__in={k[0] for k, _, _ in found[:100]}).values_list("path", "name"))
            for key, counted, held in found[:100]:
                self.stdout.write(
                    f"{names.get(key[0], key[0])} {key[1]} {key[2]} {key[3]}:记录数得 {counted}，汇总为 {held}"
                )
            self.stdout.write(f"共 {len(found)} 处不一致")
        else:
            self.stdout.write("全部汇总数与记录一致")
        if found:
            sys.exit(1)
