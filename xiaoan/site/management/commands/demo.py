"""`xiaoan demo`: build the demo's data once, then run the server and the worker."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.site.demo.build import build, marker
from xiaoan.site.demo.people import PASSWORD, username_of


class Command(BaseCommand):
    help = "建好演示数据并启动(--no-serve 只建数据)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="只建数据，不启动服务")

    def handle(self, *args: Any, no_serve: bool, **options: Any) -> None:
        self._prepare()
        if not no_serve:
            self._serve()

    def _prepare(self) -> None:
        began = time.monotonic()
        call_command("migrate", verbosity=0)
        if marker().exists():
            return
        if Unit.objects.exists():
            raise CommandError(
                f"{settings.XIAOAN_DATA} 里已有数据，但不是完整的演示数据。请换一个 XIAOAN_DATA,或删掉这个文件夹再试。"
            )
        build(lambda text: self.stdout.write(f"  {text}"))
        self.stdout.write(f"演示数据已建好，用了 {time.monotonic() - began:.0f} 秒")

    def _serve(self) -> None:
        environ = {**os.environ, "XIAOAN_TOTP": "0"}
        me = [sys.executable, "-c", "from xiaoan.site.cli import main; main()"]
        children = [subprocess.Popen([*me, "serve"], env=environ), subprocess.Popen([*me, "worker"], env=environ)]
        self._greet()

        def stop(*_: Any) -> None:
            for child in children:
                child.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        stop()
        for child in children:
            child.wait()

    def _greet(self) -> None:
        self.stdout.write(f"\n  打开 http://127.0.0.1:{settings.CONF.port}/  (手机版 /phone/)  密码都是 {PASSWORD}\n")
        for role in ROLES.values():
            self.stdout.write(f"  {username_of(role.key):28}{role.name}")
        self.stdout.write("  演示中省、市岗位不要求动态口令；正式使用时必须开启。按 Ctrl-C 结束。\n")
