"""One sentence, one value: the words of time, place by place."""

from datetime import date

import pytest

from xiaoan.policies.draft import Requirement, draft_text

HEAD = "江东县教育局关于做好校园安全工作的通知\n江东县教育局\n2026年3月2日\n"


def _first(sentence: str) -> Requirement:
    found = [r for clause in draft_text(f"{HEAD}{sentence}").clauses for r in clause.requirements]
    assert found, f"nothing drafted from {sentence}"
    return found[0]


def _all(sentence: str) -> list[Requirement]:
    return [r for clause in draft_text(f"{HEAD}{sentence}").clauses for r in clause.requirements]


@pytest.mark.parametrize(
    ("sentence", "every", "times"),
    [
        ("各校每半月开展一次检查。", "monthly", 2),
        ("各校每两周开展一次检查。", "monthly", 2),
        ("各校双周开展安全检查。", "monthly", 2),
        ("各校每周五开展安全检查。", "weekly", None),
        ("各校按季度报送台账。", "quarterly", None),
        ("各校逐月公布检查结果。", "monthly", None),
        ("消防设施半年一次全面检测。", "half_yearly", 1),
        ("各校一年两次开展体检。", "yearly", 2),
        ("每年3月和9月开展全面检查。", "yearly", 2),
        ("校车驾驶员培训两次/学年。", "yearly", 2),
        ("落实一月一调度制度。", "monthly", 1),
        ("各校每学期期初期末开展检查。", "per_term", 2),
        ("开学第一周组织一次应急演练。", "term_first_week", 1),
        ("寒暑假前开展安全教育。", "holiday", None),
        ("每逢节假日前召开家长会。", "holiday", None),
        ("每两个月维护一次消防设施。", "yearly", 6),
        ("每季度至少组织一次应急演练。", "quarterly", 1),
        ("各校每日早中晚各点名一次。", "daily", None),
    ],
)
def test_words_of_rhythm(sentence: str, every: str, times: int | None) -> None:
    found = _first(sentence)
    assert found.every == every
    if times is not None:
        assert found.times == times
    assert found.kind == "recurring"


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("各校于11月30日前完成整改。", date(2026, 11, 30)),
        ("各校6月底完成检查。", date(2026, 6, 30)),
        ("年内完成校门改造。", date(2026, 12, 31)),
        ("2027年上半年完成平台建设。", date(2027, 6, 30)),
        ("各校9月中旬组织演练。", date(2026, 9, 20)),
        ("即日起至12月31日，各校开展隐患排查。", date(2026, 12, 31)),
        ("十月底前完成线路改造。", date(2026, 10, 31)),
        ("本月25日前报送方案。", date(2026, 3, 25)),
        ("第三季度完成设施检测。", date(2026, 9, 30)),
        ("2026.9.30前完成整改。", date(2026, 9, 30)),
        ("2028年2月底前完成验收。", date(2028, 2, 29)),
        ("1月底前报送总结。", date(2027, 1, 31)),
        ("次年1月10日前报送总结。", date(2027, 1, 10)),
        ("11月至次年3月，开展冬季防火检查。", date(2027, 3, 31)),
        ("二〇二六年六月三十日前完成整改。", date(2026, 6, 30)),
        ("请于2026 年 5 月\n20 日前报送名单。", date(2026, 5, 20)),
    ],
)
def test_words_of_a_day(sentence: str, day: date) -> None:
    assert _first(sentence).deadline == day


@pytest.mark.parametrize(
    "sentence",
    [
        "每名教师都要参与，每所学校都要落实责任，每位家长都要配合。",
        "每年级设安全员一名，每周边商铺都要登记。",
        "根据2023年12月印发的文件，落实各项要求。",
        "落实《安全方案（2024—2026年）》各项任务。",
        "落实《到2026年底前校舍加固计划》各项任务。",
        "落实《宿舍每日巡查办法》各项任务。",
        "2026年起，新建校舍一律落实抗震标准。",
        "按照某教发〔2026〕12号文件要求，落实防护措施。",
        "落实2026年度预算安排的各项任务。",
        "2024年11月5日，某校发生火灾，各校要吸取教训，落实责任。",
        "一年四季绷紧安全弦，落实责任。",
    ],
)
def test_what_only_looks_like_a_time_gives_none(sentence: str) -> None:
    assert [(r.every, r.deadline) for r in _all(sentence) if r.deadline or r.every not in (None, "per_event")] == []


def test_a_day_each_year_is_a_rhythm_not_a_deadline() -> None:
    found = _first("各校每年11月底前报送总结。")
    assert (found.every, found.deadline) == ("yearly", None)


def test_one_day_governs_the_items_that_follow() -> None:
    days = [r.deadline for r in _all("2026年底前，制定应急预案，建立专家库；完善值班制度。")]
    assert days == [date(2026, 12, 31)] * 3


def test_two_days_part_a_sentence() -> None:
    days = [r.deadline for r in _all("4月底前完成自查，6月底前完成整改。")]
    assert days == [date(2026, 4, 30), date(2026, 6, 30)]


def test_actors_and_counts_of_two_kinds_of_school() -> None:
    first, second = _all("中小学每月至少一次，幼儿园每季度至少两次组织应急演练。")
    assert (first.every, first.times) == ("monthly", 1)
    assert "school" in first.actors and "kindergarten" not in first.actors
    assert (second.every, second.times) == ("quarterly", 2)
    assert "kindergarten" in second.actors


def test_an_annexe_that_repeats_the_plan_is_not_drafted_twice() -> None:
    duty = "各级各类学校每季度组织开展一次重大事故隐患专项排查整治行动"
    text = f"{HEAD}一、主要任务\n{duty}。\n附件\n任务分解表\n任务\t单位\n{duty}\t各学校\n"
    assert sum(r.every == "quarterly" for c in draft_text(text).clauses for r in c.requirements) == 1


def test_figures_and_targets() -> None:
    found = _first("2026年底前，一键报警装置安装率达到100%。")
    assert (found.kind, found.deadline) == ("target", date(2026, 12, 31))
    assert found.figure is not None and "100%" in found.figure


def test_an_event_says_what_sets_it_off() -> None:
    found = _first("发现学生受到欺凌的，班主任应当立即报告校长。")
    assert (found.kind, found.every) == ("event", "per_event")
    assert found.because["every"]


def test_the_head_of_a_document() -> None:
    draft = draft_text(
        "江教安〔2026〕8号\n江东县教育局关于印发《江东县校园安全三年行动方案（2026—2028年）》的通知\n各学校：\n请落实。\n江东县教育局\n2026年3月2日\n一、任务\n每月检查。"
    )
    assert draft.title == "江东县校园安全三年行动方案（2026—2028年）"
    assert (draft.number, draft.issuer) == ("江教安〔2026〕8号", "江东县教育局")
    assert (draft.issued_on, draft.starts, draft.ends) == (date(2026, 3, 2), date(2026, 1, 1), date(2028, 12, 31))


def test_headings_and_levels() -> None:
    text = "第一章 总则\n第一条 学校应当落实责任。\n一、任务\n（一）排查。开展排查。\n1.检查宿舍。\n（1）检查门窗。\n①检查插座。"
    levels = [(c.heading, c.level) for c in draft_text(text).clauses]
    assert [level for _, level in levels] == [1, 3, 1, 2, 3, 4, 5]
    assert levels[0][0] == "第一章总则"


def test_page_debris_inside_a_sentence_disturbs_nothing() -> None:
    text = f"{HEAD}一、任务\n（一）各级各类学校要健全完善校园安全隐患排查治理各项工作制度，每学期组织\n— 3 —\n开展一次应急疏散演练。"
    found = [r for r in (r for c in draft_text(text).clauses for r in c.requirements) if r.every]
    assert [(r.every, r.times) for r in found] == [("per_term", 1)]
    assert "3" not in found[0].quote
    squeezed = "".join(text.split())
    assert squeezed[found[0].start : found[0].end].replace("—3—", "") == found[0].quote
