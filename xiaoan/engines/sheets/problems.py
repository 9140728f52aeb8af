"""What is wrong with a sheet's declaration beyond what reading it finds: for `xiaoan sheets check`."""

import string
from collections.abc import Iterator

from xiaoan.engines.sheets.answers import spelled
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.engines.ui.icons import listed
from xiaoan.ground.units.kinds import Rank

MOMENTS = ("date", "datetime")


def problems(sheet: Sheet) -> Iterator[str]:
    """One sentence per mistake."""
    keys = [f.key for f in sheet.fields]
    if len(keys) != len(set(keys)):
        yield "有重复的问题编号"
    if unknown := set(sheet.ranks) - set(Rank.values):
        yield f"单位层级 {sorted(unknown)} 不存在"
    if sheet.moment not in MOMENTS:
        yield f"moment 应为 {' 或 '.join(MOMENTS)}"
    if listed() and sheet.icon not in listed():
        yield f"图标 {sheet.icon} 不在图标表里"
    told = {name for _, name, _, _ in string.Formatter().parse(sheet.summary) if name}
    if unknown := told - set(keys):
        yield f"摘要用了没有的问题 {sorted(unknown)}"
    if shown := told & set(sheet.confidential):
        yield f"摘要会露出保密内容 {sorted(shown)}"
    if sheet.quick and not sheet.checks:
        yield "没有检查项，不能一键正常"
    if sheet.quick and (needed := [f.key for f in sheet.fields if f.required and f.type != "check" and not f.show]):
        yield f"可一键正常的表不能有必填问题 {needed}"
    for number, field in enumerate(sheet.fields):
        yield from (f"问题 {field.key}：{why}" for why in _problems_of(field, sheet.fields[:number]))


def _problems_of(field: Field, before: tuple[Field, ...]) -> Iterator[str]:
    if field.type in ("choice", "choices") and not field.options:
        yield "没有选项"
    if len({key for key, _ in field.options}) != len(field.options):
        yield "选项重复"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "最小值大于最大值"
    if field.required and field.type == "photo":
        yield "照片不能必填"
    if field.show:
        yield from _problems_of_condition(field.show, before)


def _problems_of_condition(show: dict[str, object], before: tuple[Field, ...]) -> Iterator[str]:
    asked = next((f for f in before if f.key == show["field"]), None)
    if asked is None:
        yield f"条件里的问题 {show['field']} 应排在前面"
        return
    wanted = {spelled(v) for v in show["is"]}  # type: ignore[attr-defined]
    if unknown := wanted - {key for key, _ in asked.options}:
        yield f"条件里的答案 {sorted(unknown)} 不是选项"
