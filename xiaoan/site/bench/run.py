"""One run: start the servers, ask, print."""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.resource import HAZARDS
from xiaoan.site.bench.cases import Case, cases
from xiaoan.site.bench.clients import Ask, Several, Times, in_turn, measure, noise
from xiaoan.site.bench.filters import Filtered, filtered, summary
from xiaoan.site.bench.hazards import HAZARD, api_hazard, hazard_cases, one_hazard, phone_hazard, with_township
from xiaoan.site.bench.peers import compare, peer_cases, peer_hazards
from xiaoan.site.bench.people import Asker, askers, schools
from xiaoan.site.bench.queries import asked
from xiaoan.site.bench.servers import memory, running
from xiaoan.site.bench.visits import phone_visit
from xiaoan.site.bench.writes import RECORD, Plain, api_record, bring_in, phone_record, publish

Say = Callable[[str], Any]
CALLS, SECONDS = 60, 4.0
ROUNDS = 5  # of ours and the plain view in turn
MEASURES = {"schools": "units", "records": "records", "hazards": "hz_now"}


def measure_all(say: Say, heavy: bool = True) -> dict[str, Any]:
    """All cases on the present database. `heavy` adds the publication and the import, which change it."""
    people, log = askers(), Path(settings.XIAOAN_DATA) / "bench.log"
    told: dict[str, Any] = {"data": size_of_data(people["province"]), "cases": {}}
    say(
        f"数据：{told['data']['schools']} 所学校，{told['data']['records']} 条记录，{told['data']['hazards']} 件隐患，{connection.vendor}"
    )
    with running(log) as ports:
        for case in [*cases(people), *hazard_cases(people)]:
            told["cases"][case.name] = found = _measure(case, ports)
            say(_line(case.name, found))
        for name, ask in (("手机填一条记录", phone_record), ("接口写一条记录", api_record)):
            told["cases"][name] = found = _create(ask, RECORD, ports)
            say(_line(name, found))
        if told["data"]["hazards"]:
            told["cases"].update(_hazard_writes(people["school"], ports, say))
            told["cases"].update(_visits(people["county"], ports, say))
            told["filters"] = _filters(people, say)
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
    hazard = HAZARDS.narrowed(people["county"].actor, {})[0].id
    with running(Path(settings.XIAOAN_DATA) / "bench.log") as ports:
        for kind, found in (("记录", peer_cases(people, record)), ("隐患", peer_hazards(people, hazard))):
            told[kind] = {name: _said(case.name, _measure(case, ports), say) for name, case in found.items()}
        told["记录"]["新建"] = _said("新建", _create(api_record, RECORD, ports), say)
        told["隐患"]["新建"] = _said("隐患 新建", _create(api_hazard, HAZARD, ports), say)
        told["memory"] = memory(ports["web"])
    say(f"内存：网页服务 {told['memory']} MB（想要不到 400）")
    for kind in ("记录", "隐患"):
        say(f"{kind}：")
        compare(told[kind], say)
    return told


def _said(name: str, found: dict[str, Any], say: Say) -> dict[str, Any]:
    say(_line(name, found))
    return found


def _hazard_writes(asker: Asker, ports: dict[str, int], say: Say) -> dict[str, Any]:
    """Reporting a hazard: through the API beside a plain insert, and from a phone with its picture."""
    told = {"接口报一件隐患": _create(api_hazard, HAZARD, ports)}
    ours = measure(ports["ours"], phone_hazard(asker), CALLS, SECONDS)
    told["手机报一件隐患带 300 KB 照片"] = {"ours": asdict(ours)}
    return {name: _said(name, found, say) for name, found in told.items()}


def _visits(asker: Asker, ports: dict[str, int], say: Say) -> dict[str, Any]:
    """A whole inspection sent from a phone."""
    ask, items = phone_visit(asker)
    name = f"手机发回一次检查（{items} 项）"
    return {name: _said(name, {"ours": asdict(measure(ports["ours"], ask, CALLS, SECONDS))}, say)}


def _filters(people: dict[str, Asker], say: Say) -> list[dict[str, Any]]:
    """The first page of hazards under each single filter, as each rank asks: milliseconds in the database."""
    found: list[Filtered] = []
    for asker in with_township(people).values():
        found += filtered(
            HAZARDS, asker, {"unit": [asker.unit.name], "number": [one_hazard(asker).number, "没有这个号"]}
        )
    say(summary(found))
    for each in sorted(found, key=lambda f: -f.took)[:5]:
        say(f"  {each.rank} {each.filter}={each.value} {each.took:.2f} 毫秒")
    return [{**asdict(each), "plan": ""} for each in found]


def size_of_data(province: Asker) -> dict[str, int]:
    """How many schools, records and hazards there are, from the tallies."""
    path = province.unit.path
    return {name: sum(read_one(path, key).values()) for name, key in MEASURES.items()}


def _measure(case: Case, ports: dict[str, int]) -> dict[str, Any]:
    ours = measure(ports["ours"], Ask(case.address, case.asker.headers), CALLS, SECONDS)
    told: dict[str, Any] = {"ours": asdict(ours)}
    if case.plain:
        told["plain"] = asdict(measure(ports["plain"], Ask(case.plain), CALLS, SECONDS))
        told["ratio"] = _ratio(told)
    seen = asked(case.asker, case.address)
    return {**told, "queries": seen.count, "slowest_query": seen.slowest, "statement": seen.statement[:400]}


def _create(ask: Callable[[Asker], Ask], beside: Plain, ports: dict[str, int]) -> dict[str, Any]:
    """Rows by eight schools in turn, and the plain view's. Both by turns as well: a machine that wavers slows both
    down."""
    asked = schools()
    ours, plain = in_turn([ask(each) for each in asked]), in_turn([beside.ask(each) for each in asked])
    rounds = [(_create_once(ports["ours"], ours), _create_once(ports["plain"], plain)) for _ in range(ROUNDS)]
    beside.forget([each.unit.path for each in asked])
    told = {
        name: asdict(_middle(times)) for name, times in zip(("ours", "plain"), zip(*rounds, strict=True), strict=True)
    }
    return {**told, "ratio": _ratio(told)}


def _create_once(port: int, what: Several) -> Times:
    return measure(port, what, CALLS // 2, SECONDS / 2)


def _middle(times: Iterable[Times]) -> Times:
    """The median of each figure."""
    return Times(*(median(each) for each in zip(*map(astuple, times), strict=True)))


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
