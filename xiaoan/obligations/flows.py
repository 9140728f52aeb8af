"""The flows of this floor: an assignment of a task, and a wish to be exempt."""

from xiaoan.engines.flow.declare import Flow, Move, State

TASK = Flow(
    key="assignment",
    name="任务",
    model="obligations.Assignment",
    start="asked",
    states=(
        State("asked", "待办理", "na"),
        State("handed_in", "待验收", "go"),
        State("returned", "已退回", "due"),
        State("accepted", "已验收", "ok", is_end=True),
        State("cancelled", "已撤销", "na", is_end=True),
    ),
    moves=(
        Move("hand_in", "交付", "交付任务", ("asked", "returned"), "handed_in", "tasks.hand_in",
             asks=(("said", "请写一句完成情况。"),), leaves="handed_in", icon="send"),
        Move("accept", "通过验收", "验收任务", ("handed_in",), "accepted", "tasks.accept", at="by_path",
             apart=("handed_in",), apart_words="交付的人不能自己验收。请由本单位另一个岗位上的另一位同事验收。",
             leaves="decided", icon="circle-check"),
        Move("return", "退回", "退回任务", ("handed_in",), "returned", "tasks.accept", at="by_path",
             asks=(("decision", "请写明退回的原因和要补什么。"),), apart=("handed_in",),
             apart_words="交付的人不能自己退回。请由本单位另一个岗位上的另一位同事办理。",
             leaves="decided", icon="arrow-back-up"),
        Move("cancel", "撤销", "撤销任务", ("asked", "handed_in", "returned"), "cancelled", "tasks.dispatch",
             at="by_path", asks=(("decision", "请写明撤销的原因。"),), leaves="decided", icon="x"),
    ),
)  # fmt: skip

EXEMPTION = Flow(
    key="exemption",
    name="申请",
    model="obligations.Exemption",
    start="asked",
    states=(
        State("asked", "待答复", "go"),
        State("granted", "已同意", "ok"),
        State("refused", "未同意", "na", is_end=True),
        State("ended", "已到期", "na", is_end=True),
    ),
    moves=(
        Move("grant", "同意免做", "同意免做", ("asked",), "granted", "exemptions.decide", at="decider_path",
             asks=(("decision", "请写明同意的理由。"), ("ends", "请填写免做到哪一天为止。")),
             apart=("asked",), apart_words="申请人不能答复自己的申请。", leaves="decided", icon="circle-check"),
        Move("refuse", "不同意", "退回免做申请", ("asked",), "refused", "exemptions.decide", at="decider_path",
             asks=(("decision", "请写明不同意的理由。"),), apart=("asked",), apart_words="申请人不能答复自己的申请。",
             leaves="decided", icon="arrow-back-up"),
        Move("end", "结束免做", "结束免做", ("granted",), "ended", "exemptions.decide", at="decider_path",
             icon="player-stop"),
    ),
)  # fmt: skip
