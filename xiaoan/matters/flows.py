"""The one flow of all matters. The holder is who answers for it on the side of education: the school, or the bureau that
the school asked to take over; the partner body has its own moves. Texts are written by the services, not through `asks`:
they must not stand in the journal."""

from xiaoan.engines.flow.declare import Flow, Move, State

APART = "办理的人不能自己确认办结。请由另一个岗位上的同事确认。"

MATTER = Flow(
    key="matter",
    name="事项",
    model="matters.Matter",
    start="reported",
    states=(
        State("reported", "待受理", "na"),
        State("handling", "自办中", "go"),
        State("passed", "待部门签收", "go"),
        State("received", "部门办理中", "go"),
        State("answered", "待确认", "go"),
        State("closed", "已办结", "ok", is_end=True),
        State("void", "已作废", "na", is_end=True),
    ),
    moves=(
        Move("pass", "转交部门", "转交部门", ("reported", "handling"), "passed", "matters.handle", at="holder_path", icon="send"),
        Move("handle", "自己办理", "受理", ("reported",), "handling", "matters.handle", at="holder_path", icon="tool"),
        Move("send_up", "请上级协调", "请上级协调", ("reported", "handling"), "reported", "matters.handle", at="holder_path",
             icon="arrow-up"),
        Move("receive", "签收", "签收", ("passed",), "received", "matters.answer", at="partner_path", icon="inbox"),
        Move("answer", "答复", "答复", ("received",), "answered", "matters.answer", at="partner_path", leaves="answered",
             icon="message"),
        Move("send_back", "退回", "部门退回", ("passed", "received"), "reported", "matters.answer", at="partner_path",
             icon="arrow-back-up"),
        Move("answer_own", "答复", "答复", ("handling",), "answered", "matters.handle", at="holder_path", leaves="answered",
             icon="message"),
        Move("confirm", "确认办结", "确认办结", ("answered",), "closed", "matters.handle", at="holder_path",
             apart=("answered",), apart_words=APART, icon="circle-check"),
        Move("redo", "没有解决", "退回部门重办", ("answered",), "received", "matters.handle", at="holder_path",
             icon="arrow-back-up"),
        Move("redo_own", "没有解决", "退回重办", ("answered",), "handling", "matters.handle", at="holder_path",
             icon="arrow-back-up"),
        Move("void", "作废", "作废", ("reported",), "void", "matters.handle", at="holder_path", icon="x"),
    ),
    ladder=("matters.escalate_1", "matters.escalate_2"),
)  # fmt: skip

OPEN = MATTER.open_states
