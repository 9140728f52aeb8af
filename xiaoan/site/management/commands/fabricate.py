"""`xiaoan fabricate`: a labelled synthetic province of any size, the same for the same seed."""

import json
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid
from xiaoan.site.demo.people import PASSWORD
from xiaoan.site.fabricate.build import Order, fabricate


class Command(BaseCommand):
    help = "造一个合成的省：单位、人员、文件、记录、佐证、日志、汇总，只装进空的数据库"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=300, help="学校数")
        parser.add_argument("--months", type=int, default=1, help="几个月的记录(每月 30 天)")
        parser.add_argument("--seed", type=int, default=1, help="种子：相同的种子造出相同的数据")
        parser.add_argument("--counties", type=int, default=0, help="区县数(默认按学校数)")
        parser.add_argument("--scale", type=float, default=1.0, help="记录数的倍数")
        parser.add_argument("--hazards", type=int, default=0, help="隐患总数，按学校忙闲分到各校，一年的量")
        parser.add_argument("--until", type=date.fromisoformat, help="记录到哪一天为止(默认今天，当天不含)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        order = Order(
            schools=max(1, options["schools"]), months=max(1, options["months"]), seed=options["seed"],
            until=options["until"] or clock.today(), counties=options["counties"], scale=options["scale"],
            hazards=max(0, options["hazards"]),
        )  # fmt: skip
        say = (lambda text: None) if options["json"] else lambda text: self.stdout.write(f"  {text}")
        try:
            made = fabricate(order, say)
        except Invalid as why:
            raise CommandError(why.sentence) from why
        if options["json"]:
            self.stdout.write(json.dumps(made))
            return
        self.stdout.write(
            f"{made['records']} 条记录、{order.hazards} 件隐患，连同佐证、日志、汇总共 {sum(made['rows'].values())} 行，用时 {made['seconds']} 秒，"
            f"每秒 {made['per_second']} 条记录。全部为合成。"
        )
        self.stdout.write(f"账号 fab-province、fab-city-01、fab-county-001、fab-s000001，密码 {PASSWORD}")
