"""`xiaoan bench`: how fast this is, on fabricated data, beside a plain Django view and pgbench."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit
from xiaoan.site.bench.peers import SHAPE
from xiaoan.site.bench.profiles import profile
from xiaoan.site.bench.run import measure_all, measure_peers


class Command(BaseCommand):
    help = "测量速度：先造合成数据(空库时)，再按生产方式启动，逐项测量并给出比值"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=600, help="空库时先造多少所学校")
        parser.add_argument("--months", type=int, default=1)
        parser.add_argument("--scale", type=float, default=0.76, help="每月记录数的倍数；0.76 约为每校每月 83 条")
        parser.add_argument("--counties", type=int, default=0)
        parser.add_argument("--hazards", type=int, default=50_000, help="空库时先造多少件隐患")
        parser.add_argument("--peers-shape", action="store_true", help="与同类系统测量时相同的数据形状")
        parser.add_argument("--profile", help="只剖析名称以此开头的一项，看时间花在哪里")
        parser.add_argument("--light", action="store_true", help="不测发布和导入")
        parser.add_argument("--json", type=Path, help="把结果写到这个文件")
        parser.add_argument("--against", type=Path, help="与先前写下的结果比 p95")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not Unit.objects.exists():
            asked = (
                SHAPE
                if options["peers_shape"]
                else {k: options[k] for k in ("schools", "months", "counties", "scale", "hazards")}
            )
            call_command("fabricate", **asked)
        elif not Person.objects.filter(username="fab-province").exists():
            raise CommandError(
                "这个数据库里是真实数据。测量会写入合成记录，请换一个空的 XIAOAN_DATA 或 XIAOAN_DATABASE。"
            )
        if options["profile"]:
            self.stdout.write(profile(options["profile"]))
            return
        if options["peers_shape"]:
            told = {"cases": measure_peers(self.stdout.write)}
        else:
            told = measure_all(self.stdout.write, heavy=not options["light"])
        if options["json"]:
            options["json"].write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        if options["against"] and not options["peers_shape"]:
            self._compare(told, json.loads(options["against"].read_text(encoding="utf-8")))

    def _compare(self, now: dict[str, Any], then: dict[str, Any]) -> None:
        self.stdout.write(f"与 {then['data']['records']} 条记录时比（p95 之比）")
        for name, found in now["cases"].items():
            if before := then["cases"].get(name):
                self.stdout.write(f"  {name}：{found['ours']['p95'] / max(0.1, before['ours']['p95']):.2f}")
