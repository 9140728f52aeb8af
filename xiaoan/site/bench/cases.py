"""What is measured: the pages and calls that people use most, each with whom asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from xiaoan.engines.resource.paging import cursor
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.kernel import clock
from xiaoan.policies.models import Document
from xiaoan.site.bench.people import Asker

PAGE, PAGE_200 = 20, 200


@dataclass(frozen=True)
class Case:
    """One page or call. `plain` is the same question to the plain view, where there is one."""

    name: str
    asker: Asker
    address: str
    plain: str = ""


def cases(people: dict[str, Asker]) -> Iterator[Case]:
    """Every read that is measured, in the order of the report."""
    for rank, asker in people.items():
        yield Case(f"记录列表接口 {rank}", asker, "/api/records/", f"/rows/?{asker.scope}")
    for rank, asker in people.items():
        yield Case(f"记录列表接口 {rank} 第200页", asker, f"/api/records/?after={_far(asker)}")
    for rank, asker in people.items():
        yield Case(f"记录列表接口 {rank} 按类型", asker, "/api/records/?sheet=drill")
    for rank, asker in people.items():
        yield Case(f"记录列表网页 {rank}", asker, "/records/")
    school, county = people["school"], people["county"]
    record = Record.objects.filter(unit_path=school.unit.path).order_by("-happened_on", "-id")[0].id
    yield Case("一条记录接口", school, f"/api/records/{record}/", f"/rows/{record}/")
    province = people["province"]
    yield Case("各类记录数量 省", province, "/api/records/counts/", f"/counted/?path={province.unit.path}")
    yield Case("一条记录网页", school, f"/records/{record}/")
    document = Document.objects.get(key="003").id
    for rank, asker in people.items():
        yield Case(f"活文件 {rank}", asker, f"/doc/{document}/")
    for rank, asker in people.items():
        yield Case(f"看板 {rank}", asker, f"/board/{asker.unit.id}/")
    yield Case("我的职责", school, "/duties/")
    yield Case("手机首页", school, "/phone/")
    month = f"{clock.today():%Y-%m}"
    yield Case("月报 Excel 区县", county, f"/board/{county.unit.id}/report/{month}.xlsx")


def _far(asker: Asker) -> str:
    """Where page 200 begins, or the last page of a shorter list."""
    rows = RECORDS.narrowed(asker.actor, {})
    row = rows[PAGE * (PAGE_200 - 1) : PAGE * (PAGE_200 - 1) + 1].first() or rows.last()
    return cursor(row, RECORDS.order)
