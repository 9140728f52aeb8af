"""What is installed, in explicit lists: a reader finds everything by reading this file."""

APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",  # only for the static files of the API's documentation
    "xiaoan.ground.units",
    "xiaoan.ground.people",
    # After people, whose templates replace theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "xiaoan.ground.journal",
    "xiaoan.ground.calendar",
    "xiaoan.ground.norms",
    "xiaoan.engines.tally",
    "xiaoan.engines.files",
    "xiaoan.engines.flow",
    "xiaoan.engines.jobs",
    "xiaoan.engines.intake",
    "xiaoan.engines.connect",
    "xiaoan.engines.resource",
    "xiaoan.engines.sheets",
    "xiaoan.engines.sync",
    "xiaoan.engines.ui",
    "xiaoan.policies",
    "xiaoan.obligations",
    "xiaoan.checks",
    "xiaoan.risks",
    "xiaoan.hazards",
    "xiaoan.patrols",
    "xiaoan.inspections",
    "xiaoan.matters",
    "xiaoan.officers",
    "xiaoan.board",
    "xiaoan.board.phone",
    "xiaoan.site",
]

MIDDLEWARE = [
    "xiaoan.engines.connect.problems.ProblemMiddleware",
    "xiaoan.site.headers.headers_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xiaoan.kernel.replica.WrittenMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "xiaoan.kernel.plain.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiaoan.site.limits.limits_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xiaoan.ground.people.middleware.ActorMiddleware",
    "xiaoan.ground.people.gates.GateMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Modules with a list RIGHTS of people.rights.Right.
RIGHTS = [
    "xiaoan.ground.units.rights",
    "xiaoan.ground.people.admin_rights",
    "xiaoan.ground.journal.rights",
    "xiaoan.ground.calendar.rights",
    "xiaoan.ground.norms.rights",
    "xiaoan.engines.connect.rights",
    "xiaoan.engines.files.rights",
    "xiaoan.engines.jobs.rights",
    "xiaoan.engines.intake.rights",
    "xiaoan.engines.sheets.rights",
    "xiaoan.engines.sync.rights",
    "xiaoan.policies.rights",
    "xiaoan.obligations.rights",
    "xiaoan.inspections.rights",
    "xiaoan.checks.rights",
    "xiaoan.risks.rights",
    "xiaoan.hazards.rights",
    "xiaoan.matters.rights",
    "xiaoan.patrols.rights",
    "xiaoan.officers.rights",
    "xiaoan.board.rights",
    "xiaoan.board.phone.rights",
]

# Modules with a list NORMS of norms.declare.Norm.
NORMS = [
    "xiaoan.ground.people.norms",
    "xiaoan.ground.calendar.norms",
    "xiaoan.engines.connect.norms",
    "xiaoan.engines.files.norms",
    "xiaoan.engines.sheets.norms",
    "xiaoan.obligations.norms",
    "xiaoan.inspections.norms",
    "xiaoan.checks.norms",
    "xiaoan.risks.norms",
    "xiaoan.hazards.norms",
    "xiaoan.matters.norms",
    "xiaoan.patrols.norms",
    "xiaoan.officers.norms",
    "xiaoan.site.norms",
]

# cases that move from state to state: each a flow.declare.Flow
FLOWS = [
    "xiaoan.obligations.flows.TASK",
    "xiaoan.obligations.flows.EXEMPTION",
    "xiaoan.risks.flows.POINT",
    "xiaoan.risks.flows.ACCEPTANCE",
    "xiaoan.hazards.flows.HAZARD",
    "xiaoan.matters.flows.MATTER",
    "xiaoan.officers.flows.CONCERN",
    "xiaoan.inspections.flows.CAMPAIGN",
    "xiaoan.inspections.flows.VISIT",
    "xiaoan.inspections.flows.BLACKLIST",
]

# job name -> function(payload, beat)
JOBS: dict[str, str] = {
    "tally.fold": "xiaoan.engines.tally.jobs.fold",
    "intake.take": "xiaoan.engines.intake.jobs.take",
    "journal.seal": "xiaoan.ground.journal.jobs.seal",
    "obligations.backfill": "xiaoan.obligations.jobs.backfill",
    "policies.forget": "xiaoan.policies.jobs.forget",
    "obligations.expire": "xiaoan.obligations.jobs.expire_readings",
    "obligations.hand_out": "xiaoan.obligations.jobs.hand_out",
    "obligations.end_exemptions": "xiaoan.obligations.jobs.end_exemptions",
    "inspections.end_blacklistings": "xiaoan.inspections.jobs.end_blacklistings",
    "people.close_accounts": "xiaoan.ground.people.jobs.close_accounts",
    "flow.escalate": "xiaoan.engines.flow.jobs.escalate",
    "patrols.close": "xiaoan.patrols.jobs.close",
    "hazards.remind": "xiaoan.hazards.jobs.remind",
    "connect.push": "xiaoan.engines.connect.jobs.push",
    "connect.forget": "xiaoan.engines.connect.jobs.forget",
    "matters.close_answered": "xiaoan.matters.jobs.close_answered",
    "risks.refresh": "xiaoan.risks.jobs.refresh",
}

# job name -> what people call it, on the page 后台任务
JOB_NAMES: dict[str, str] = {
    "tally.fold": "汇总数归并",
    "intake.take": "导入表格",
    "journal.seal": "操作日志封印",
    "obligations.backfill": "文件生效：核对已有记录",
    "policies.forget": "清理已结束文件的汇总数",
    "obligations.expire": "到期指标重算",
    "obligations.hand_out": "派发任务到各单位",
    "obligations.end_exemptions": "到期免做结束",
    "inspections.end_blacklistings": "到期黑名单解除",
    "people.close_accounts": "停用长期未用的账号",
    "flow.escalate": "超期事项逐级升级",
    "patrols.close": "记下没有走的巡查",
    "hazards.remind": "督办隐患催报进展",
    "connect.push": "向其他系统推送",
    "connect.forget": "清理旧的推送记录",
    "matters.close_answered": "答复后没有异议的咨询办结",
    "risks.refresh": "学校风险情况重算",
}

# job name -> seconds between two runs
SCHEDULE: dict[str, int] = {
    "tally.fold": 5,
    "obligations.expire": 3600,
    "obligations.end_exemptions": 3600,
    "inspections.end_blacklistings": 3600,
    "people.close_accounts": 86400,
    "journal.seal": 30,
    "flow.escalate": 3600,
    "patrols.close": 900,
    "hazards.remind": 3600,
    "connect.push": 10,
    "connect.forget": 86400,
    "matters.close_answered": 86400,
    "risks.refresh": 3600,
}

# functions(record, change) called in the writing transaction of a record; change is "filed" or "withdrawn"
RECORD_LISTENERS = [
    "xiaoan.policies.book.on_record",
    "xiaoan.matters.services.around.on_record",
    "xiaoan.obligations.evidence.on_record",
    "xiaoan.risks.listening.on_record",
]

# functions(request, record) -> html or "": what other floors add to a record's page
RECORD_SECTIONS: list[str] = ["xiaoan.obligations.sections.evidence_section"]

# Declarations of lists (engines.resource), checked at start-up
RESOURCES = [
    "xiaoan.engines.sheets.resource.RECORDS",
    "xiaoan.obligations.resource.TASKS",
    "xiaoan.obligations.resource.ASSIGNMENTS",
    "xiaoan.obligations.resource.EXEMPTIONS",
    "xiaoan.patrols.resource.ROUNDS",
    "xiaoan.inspections.resource.CAMPAIGNS",
    "xiaoan.inspections.resource.VISITS",
    "xiaoan.inspections.resource.FINDINGS",
    "xiaoan.inspections.resource_places.PLACES",
    "xiaoan.inspections.resource_places.INSTITUTIONS",
    "xiaoan.inspections.resource_rosters.MEMBERS",
    "xiaoan.inspections.resource_rosters.PLAN",
    "xiaoan.inspections.resource_rosters.BLACKLISTED",
    "xiaoan.inspections.resource_rosters.SUPERVISED",
    "xiaoan.inspections.resource_rosters.SAMPLES",
    "xiaoan.hazards.resource.HAZARDS",
    *(f"xiaoan.hazards.lists.{name}" for name in ("FOUND", "CHECKED", "OPEN", "TOLD", "WORKING", "JUDGED")),
    "xiaoan.policies.api.DOCUMENTS",
    "xiaoan.checks.resource.CHECKLISTS",
    "xiaoan.risks.resource.POINTS",
    "xiaoan.risks.resource.CONTROLS",
    "xiaoan.risks.resource.STANDINGS",
    "xiaoan.risks.resource.NOTICES",
    "xiaoan.risks.resource.STUDIES",
    "xiaoan.risks.resource.ACCEPTANCES",
    "xiaoan.engines.connect.directory.units.UNITS",
    "xiaoan.engines.connect.directory.people.POSTS",
    "xiaoan.matters.resource.MATTERS",
    "xiaoan.officers.resource.GROUPS",
    "xiaoan.officers.resource.REPORTS",
]

# address under /api/ -> router
API = {
    "me": "xiaoan.engines.connect.directory.me.router",
    "records": "xiaoan.engines.sheets.api.router",
    "files": "xiaoan.engines.files.api.router",
    "duties": "xiaoan.obligations.api.duties.duties",
    "tasks": "xiaoan.obligations.api.tasks.tasks",
    "assignments": "xiaoan.obligations.api.tasks.assignments",
    "exemptions": "xiaoan.obligations.api.exemptions.exemptions",
    "rounds": "xiaoan.patrols.api.rounds",
    "campaigns": "xiaoan.inspections.api.campaigns",
    "visits": "xiaoan.inspections.api.visits",
    "findings": "xiaoan.inspections.api.findings",
    "members": "xiaoan.inspections.api.members",
    "plan-items": "xiaoan.inspections.api.plan_items",
    "blacklist": "xiaoan.inspections.api.blacklist",
    "supervised": "xiaoan.inspections.api.supervised_items",
    "samples": "xiaoan.inspections.api.samples",
    "institutions": "xiaoan.inspections.api.institutions",
    "burden": "xiaoan.obligations.api.duties.burden",
    "hazards": "xiaoan.hazards.api.router",
    "documents": "xiaoan.policies.api.document_router",
    "publications": "xiaoan.policies.api.publications",
    "checklists": "xiaoan.checks.api.checklists",
    "criteria": "xiaoan.checks.api.criteria",
    "check-items": "xiaoan.checks.api.check_items",
    "risk-points": "xiaoan.risks.api.points",
    "risk-controls": "xiaoan.risks.api.controls",
    "risk-schools": "xiaoan.risks.api.standings",
    "risk-notices": "xiaoan.risks.api.notices",
    "risk-studies": "xiaoan.risks.api.studies",
    "acceptances": "xiaoan.risks.api.acceptances",
    "living": "xiaoan.board.api.living",
    "boards": "xiaoan.board.api.boards",
    "units": "xiaoan.engines.connect.directory.units.router",
    "posts": "xiaoan.engines.connect.directory.people.router",
    "norms": "xiaoan.engines.connect.directory.norms.router",
    "calendar": "xiaoan.engines.connect.directory.calendar.router",
    "journal": "xiaoan.engines.connect.directory.journal.router",
    "matters": "xiaoan.matters.api.router",
    "groups": "xiaoan.officers.api.router",
}

# functions(unit, facts_before) called in the transaction that creates, changes or closes a unit
UNIT_LISTENERS = ["xiaoan.obligations.bounds.on_unit", "xiaoan.ground.people.closing.on_unit"]

# functions(old_path, new_path) called in the transaction that moves a unit with all below it, after the rows have moved
MOVE_LISTENERS = [
    "xiaoan.engines.tally.services.move_subtree",
    "xiaoan.obligations.bounds.on_move",
    "xiaoan.obligations.tasks.on_move",
    "xiaoan.matters.services.moving.on_move",
    "xiaoan.hazards.services.on_move",
    "xiaoan.inspections.counting.on_move",
]

# functions(units) called in the transaction that imports many units: [(unit, facts_before), …]
BULK_UNIT_LISTENERS = ["xiaoan.obligations.bounds.on_units"]

# tables whose unit_path does not follow a unit that moves: the journal is append-only, tallies have a listener
STAYING_TABLES = ["journal.Entry", "tally.Count", "tally.Delta"]

# functions(post) called in the transaction that makes or ends a post
POST_LISTENERS = ["xiaoan.obligations.standing.on_post"]

# kind of a phone command -> function(actor, command) -> dict
COMMANDS: dict[str, str] = {
    "record.file": "xiaoan.engines.sheets.commands.file_from_phone",
    "record.withdraw": "xiaoan.engines.sheets.commands.withdraw_from_phone",
    "round.walk": "xiaoan.patrols.commands.walk_from_phone",
    "hazard.report": "xiaoan.hazards.commands.report_from_phone",
    "hazard.move": "xiaoan.hazards.commands.move_from_phone",
    "inspection.part": "xiaoan.inspections.commands.part_from_phone",
    "inspection.sign": "xiaoan.inspections.commands.sign_from_phone",
    "inspection.paper": "xiaoan.inspections.commands.paper_from_phone",
    "inspection.decide": "xiaoan.inspections.commands.decide_from_phone",
    "inspection.finish": "xiaoan.inspections.commands.finish_from_phone",
    "command.settle": "xiaoan.engines.sync.services.settle_from_phone",
    "matter.report": "xiaoan.matters.commands.report_from_phone",
    "matter.receive": "xiaoan.matters.commands.answer_from_phone",
    "matter.answer": "xiaoan.matters.commands.answer_from_phone",
    "matter.contact": "xiaoan.matters.commands.contact_from_phone",
    "peak.tick": "xiaoan.matters.commands.tick_from_phone",
    "grid.visit": "xiaoan.matters.commands.visit_from_phone",
    "officer.report": "xiaoan.officers.commands.report_from_phone",
    "officer.concern": "xiaoan.officers.commands.concern_from_phone",
}

# kinds whose content is kept nowhere when they are refused: the phone has it, and nobody else may read it
PRIVATE_COMMANDS = {"matter.report", "matter.contact", "officer.concern"}

# kind of an uploaded workbook -> its xiaoan.ground.units.intake.Intake: what it reads, checks and writes
INTAKES: dict[str, str] = {
    "schools": "xiaoan.ground.units.schools.INTAKE",
    "tasks": "xiaoan.obligations.intake.INTAKE",
}

# measure -> function(unit) -> (those that have it, all) by the school's register, or None where it keeps none
MEASURES: dict[str, str] = {
    "risk_accepted": "xiaoan.risks.registers.accepted",
    "dual_prevention": "xiaoan.risks.registers.dual",
    "class_officers": "xiaoan.officers.registers.classes",
    "room_officers": "xiaoan.officers.registers.rooms",
}

# functions(actor) -> list of engines.ui.waiting.Waiting: what waits for this person, on the home page, the bell and the phone
WAITING: list[str] = [
    "xiaoan.hazards.waiting.waiting",
    "xiaoan.risks.waiting.waiting",
    "xiaoan.patrols.queries.waiting",
    "xiaoan.matters.waiting.waiting",
    "xiaoan.officers.waiting.waiting",
    "xiaoan.inspections.waiting.waiting",
]

# functions(paths, since) -> {unit_path: days}: how often schools were looked at on site, beside the supervision of their risks
VISITS: list[str] = []

# functions(unit) -> [(table, fields, rows)]: tables that other floors add to the dual-prevention exchange
EXCHANGE: list[str] = ["xiaoan.hazards.exchange.tables"]

# generators() of (name, counted from records, held in tallies), for `xiaoan verify`
RECOUNTS = [
    "xiaoan.obligations.recount.recount",
    "xiaoan.hazards.recount.recount",
    "xiaoan.engines.sheets.recount.recount",
    "xiaoan.patrols.recount.recount",
    "xiaoan.policies.recount.recount",
    "xiaoan.matters.recount.recount",
    "xiaoan.risks.recount.recount",
    "xiaoan.inspections.counting.recount",
]
