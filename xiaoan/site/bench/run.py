"""One run: start the servers, ask, print."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.units.models import Unit
from xiaoan.site.bench.cases import Case, cases
from xiaoan.site.bench.clients import Ask, Times, measure, noise
from xiaoan.site.bench.peers import compare, peer_cases
from xiaoan.site.bench.people import Asker, askers
from xiaoan.site.bench.queries import asked
from xiaoan.site.bench.servers import memory, running
from xiaoan.site.bench.writes import api_record, bring_in, phone_record, plain_record, publish

Say = Callable[[str], Any]
CALLS, SECONDS = 60, 4.0


def measure_all(say: Say, heavy: bool = True) -> dict[str, Any]:
    """All cases on the present database. `heavy` adds the publication and the import, which change it."""
    people, log = askers(), Path(settings.XIAOAN_DATA) / "bench.log"
    told: dict[str, Any] = {"data": size_of_data(people["province"]), "cases": {}}
    say(f"数据：{told['data']['schools']} 所学校，{told['data']['records']} 条记录，{connection.vendor}")
    with running(log) as ports:
        for case in cases(people):
            told["cases"][case.name] = found = _measure(case, ports)
            say(_line(case.name, found))
        for name, ask in (("手机填一条记录", phone_record), ("接口写一条记录", api_record)):
            told["cases"][name] = found = _create(ask(people["school"]), people["school"], ports)
            say(_line(name, found))
        if heavy:
            told["publish"] = _publish(people, ports, say)
            told["import"] = bring_in(people["province"], 20_000)
            say(f"导入 2 万所学校：{told['import']['seconds']} 秒（检查 {told['import']['checked']} 秒）")
        told["memory"] = {name: memory(ports[name]) for name in ("web", "worker")}
    say(f"内存：网页服务 {told['memory']['web']} MB，后台任务 {told['memory']['worker']} MB")
    if (tps := pgbench()) is not None:
        told["pgbench"] = tps
        say(f"pgbench -S 每秒 {tps:.0f} 次")
    return told


def measure_peers(say: Say) -> dict[str, Any]:
    """The calls of `peers` on the present database."""
    people, told = askers(), dict[str, Any]()
    record = RECORDS.narrowed(people["county"].actor, {})[0].id
    with running(Path(settings.XIAOAN_DATA) / "bench.log") as ports:
        for name, case in peer_cases(people, record).items():
            told[name] = _measure(case, ports)
            say(_line(name, told[name]))
        told["新建"] = _create(api_record(people["school"]), people["school"], ports)
        say(_line("新建", told["新建"]))
        told["memory"] = memory(ports["web"])
    say(f"内存：网页服务 {told['memory']} MB（想要不到 400）")
    compare(told, say)
    return told


def size_of_data(province: Asker) -> dict[str, int]:
    """How many schools and records there are, from the tallies."""
    records = sum(read_one(province.unit.path, "records").values())
    return {"schools": sum(read_one(province.unit.path, "units").values()), "records": records}


def _measure(case: Case, ports: dict[str, int]) -> dict[str, Any]:
    ours = measure(ports["ours"], Ask(case.address, case.asker.headers), CALLS, SECONDS)
    told: dict[str, Any] = {"ours": asdict(ours)}
    if case.plain:
        told["plain"] = asdict(measure(ports["plain"], Ask(case.plain), CALLS, SECONDS))
        told["ratio"] = _ratio(told)
    seen = asked(case.asker, case.address)
    return {**told, "queries": seen.count, "slowest_query": seen.slowest, "statement": seen.statement[:400]}


def _create(ask: Ask, asker: Asker, ports: dict[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ours": asdict(measure(ports["ours"], ask, CALLS, SECONDS)),
        "plain": asdict(measure(ports["plain"], plain_record(asker), CALLS, SECONDS)),
    }
    Record.objects.filter(unit_path=asker.unit.path, person_name="", state="withdrawn").delete()  # the plain view's
    return {**told, "ratio": _ratio(told)}


def _ratio(told: dict[str, Any]) -> float:
    return round(float(told["ours"]["rate"]) / float(told["plain"]["rate"]), 2)


def _publish(people: dict[str, Asker], ports: dict[str, int], say: Say) -> dict[str, Any]:
    other = Ask("/api/records/", people["county"].headers)
    with noise(ports["ours"], other) as taken:
        told = publish(Unit.objects.get(path=people["province"].unit.path))
    told["beside_p95"] = round(sorted(taken)[int(len(taken) * 0.95)], 1) if taken else None
    each = f"{told['schools']} 所学校 {told['seconds']} 秒，折合 5 万所 {told['seconds_for_50000']} 秒"
    say(f"发布到全部学校并回填：{each}；{told['outcome']}；其间列表 p95 {told['beside_p95']} 毫秒")
    return told


def _line(name: str, found: dict[str, Any]) -> str:
    ours = Times(**found["ours"])
    text = f"{name}：p50 {ours.p50} p95 {ours.p95} p99 {ours.p99} 毫秒，每秒 {ours.rate}，{ours.size / 1024:.0f} KB"
    if "queries" in found:
        text += f"，{found['queries']} 次查询，最慢 {found['slowest_query']} 毫秒"
    return text + (f"，是普通视图的 {found['ratio']} 倍" if "ratio" in found else "")


def pgbench() -> float | None:
    """Read-only transactions a second of the same database server, or None without PostgreSQL's own tool."""
    tool = shutil.which("pgbench") or next(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))), None)
    if connection.vendor != "postgresql" or tool is None:
        return None
    url = urlsplit(settings.CONF.database)
    where = ["-h", url.hostname or "", "-p", str(url.port or 5432), "-U", url.username or "", url.path.lstrip("/")]
    subprocess.run([tool, "-i", "-q", "-s", "5", *where], check=True, capture_output=True)
    try:
        out = subprocess.run(
            [tool, "-S", "-c", "8", "-j", "2", "-T", "5", "-n", *where], check=True, capture_output=True, text=True
        )
    finally:
        subprocess.run([tool, "-i", "-I", "d", *where], check=True, capture_output=True)
    line = next(line for line in out.stdout.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])
