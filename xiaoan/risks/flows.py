"""The flows of this floor: a risk source from identified to ended, and an acceptance."""

from xiaoan.engines.flow.declare import Flow, Move, State

POINT = Flow(
    key="point",
    name="风险",
    model="risks.Point",
    start="identified",
    states=(
        State("identified", "已辨识", "na"),
        State("declared", "已申报", "go"),
        State("registered", "已登记，监管中", "ok"),
        State("ended", "已消除", "na", is_end=True),
    ),
    moves=(
        Move("declare", "申报", "申报风险源", ("identified",), "declared", "risks.write", leaves="declared",
             icon="send"),
        Move("register", "登记", "登记风险源", ("declared",), "registered", "risks.register", at="county_path",
             asks=(("supervision", "请写明监管要求：谁来看、多久看一次、重点看什么。"),), apart=("declared",),
             apart_words="申报的人不能自己登记。", leaves="registered", icon="certificate"),
        Move("refuse", "退回", "退回风险源申报", ("declared",), "identified", "risks.register", at="county_path",
             asks=(("note", "请写明退回的原因。"),), icon="arrow-back-up"),
        Move("supervise", "记监管", "监管风险源", ("registered",), "registered", "risks.register", at="county_path",
             asks=(("note", "请写看到的情况和要求。"),), icon="eye"),
        Move("end", "消除", "消除风险点", ("identified", "declared", "registered"), "ended", "risks.write",
             asks=(("note", "请写明怎么消除的：拆除、停用或改造。"),), icon="circle-check"),
    ),
)  # fmt: skip

ACCEPTANCE = Flow(
    key="acceptance",
    name="验收申请",
    model="risks.Acceptance",
    start="applied",
    states=(
        State("applied", "待评分", "go"),
        State("scored", "已评分，待决定", "go"),
        State("passed", "已通过", "ok", is_end=True),
        State("failed", "未通过", "late", is_end=True),
        State("withdrawn", "已撤回", "na", is_end=True),
    ),
    moves=(
        Move("score", "评分", "达标验收评分", ("applied", "scored"), "scored", "risks.score", at="county_path",
             apart=("asked",), apart_words="申请的人不能给自己打分。", icon="clipboard-check"),
        Move("pass", "通过", "达标验收通过", ("scored",), "passed", "risks.accept", at="county_path",
             asks=(("decision", "请写验收意见。"),), apart=("asked",), apart_words="申请的人不能自己验收。",
             leaves="decided", icon="circle-check"),
        Move("fail", "不通过", "达标验收不通过", ("scored",), "failed", "risks.accept", at="county_path",
             asks=(("decision", "请写明哪里没达标、怎么补。"),), apart=("asked",), apart_words="申请的人不能自己验收。",
             leaves="decided", icon="circle-x"),
        Move("withdraw", "撤回", "撤回验收申请", ("applied", "scored"), "withdrawn", "risks.apply", icon="x"),
    ),
)  # fmt: skip
