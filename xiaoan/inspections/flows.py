"""The flows of inspections: a campaign, a visit, an entry of the black list."""

from xiaoan.engines.flow.declare import Flow, Move, State

CAMPAIGN = Flow(
    key="campaign",
    name="督查",
    model="inspections.Campaign",
    start="draft",
    states=(
        State("draft", "待批准", "na"),
        State("approved", "已批准", "go"),
        State("dispatched", "已派出", "go"),
        State("running", "进行中", "go"),
        State("concluded", "已结束", "ok", is_end=True),
        State("cancelled", "已取消", "na", is_end=True),
    ),
    moves=(
        Move("approve", "批准", "批准督查方案", ("draft",), "approved", "inspections.approve", apart=("made",),
             apart_words="起草的人不能自己批准。请由本单位另一个岗位上的另一位负责人批准。", leaves="approved",
             icon="circle-check"),
        Move("dispatch", "派出", "派出督查", ("approved",), "dispatched", "inspections.plan", leaves="dispatched",
             icon="send"),
        Move("start", "开始", "开始督查", ("dispatched",), "running", "inspections.do", icon="player-play"),
        Move("conclude", "结束督查", "结束督查", ("dispatched", "running"), "concluded", "inspections.plan",
             asks=(("conclusion", "请用几句话写明督查的结果。"),), leaves="concluded", icon="flag"),
        Move("cancel", "取消", "取消督查", ("draft", "approved"), "cancelled", "inspections.plan",
             asks=(("conclusion", "请写明取消的原因。"),), leaves="concluded", icon="x"),
    ),
)  # fmt: skip

VISIT = Flow(
    key="visit",
    name="检查",
    model="inspections.Visit",
    start="planned",
    states=(
        State("planned", "待检查", "na"),
        State("running", "检查中", "go"),
        State("issued", "待整改", "due"),
        State("fixed", "待复查", "go"),
        State("checked", "待评价", "go"),
        State("closed", "已办结", "ok", is_end=True),
        State("cancelled", "已取消", "na", is_end=True),
    ),
    moves=(
        Move("start", "开始检查", "开始检查", ("planned",), "running", "inspections.do", at="by_path", leaves="started",
             icon="player-play"),
        Move("finish", "结束并反馈", "反馈检查结果", ("running",), "issued", "inspections.do", at="by_path",
             asks=(("opinion", "请用一句话写明反馈意见。"),), leaves="issued", icon="send"),
        Move("fix", "回复整改", "回复整改情况", ("issued",), "fixed", "inspections.fix",
             asks=(("fix_words", "请写明怎么改的、改到什么程度。"),), leaves="fixed", icon="tool"),
        Move("check", "复查通过", "复查整改情况", ("fixed",), "checked", "inspections.do", at="by_path",
             apart=("fixed",), apart_words="整改的人不能复查自己的整改。", leaves="checked", icon="zoom-check"),
        Move("return", "复查未通过", "退回整改", ("fixed",), "issued", "inspections.do", at="by_path",
             asks=(("check_words", "请写明还差什么。"),), apart=("fixed",),
             apart_words="整改的人不能复查自己的整改。", leaves="checked", days="inspections.fix_days",
             icon="arrow-back-up"),
        Move("evaluate", "评价并办结", "评价督查整改", ("issued", "checked"), "closed", "inspections.do", at="by_path",
             asks=(("evaluation", "请用一句话评价整改得怎么样。"),), leaves="evaluated", icon="flag"),
        Move("cancel", "取消", "取消检查", ("planned",), "cancelled", "inspections.plan", at="by_path",
             asks=(("why_cancelled", "请写明取消的原因。"),), icon="x"),
    ),
)  # fmt: skip

BLACKLIST = Flow(
    key="blacklisting",
    name="黑名单",
    model="inspections.Blacklisting",
    start="listed",
    states=(
        State("listed", "列入中", "late"),
        State("appealed", "申诉中", "due"),
        State("lifted", "已解除", "ok", is_end=True),
        State("ended", "到期解除", "na", is_end=True),
    ),
    moves=(
        Move("appeal", "申诉", "申诉黑名单", ("listed",), "appealed", "inspections.fix",
             asks=(("appeal", "请写明申诉的理由。"),), leaves="appealed", icon="message-report"),
        Move("uphold", "维持", "维持黑名单", ("appealed",), "listed", "blacklist.keep", at="by_path",
             asks=(("decision", "请写明维持的理由。"),), apart=("made",),
             apart_words="列入的人不能自己答复申诉。请由本单位另一个岗位上的另一位同事答复。", leaves="decided",
             icon="gavel"),
        Move("lift", "解除", "解除黑名单", ("listed", "appealed"), "lifted", "blacklist.keep", at="by_path",
             asks=(("decision", "请写明解除的理由。"),), leaves="decided", icon="lock-open"),
        Move("end", "到期解除", "黑名单到期", ("listed", "appealed"), "ended", "blacklist.keep", at="by_path",
             icon="clock"),
    ),
)  # fmt: skip
