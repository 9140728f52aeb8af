"""Who is named: 各学校, 市教育局, 主要负责人, 保安员, 公安 …, in the platform's words."""

import re
from collections.abc import Iterable

# Longer words first within a row; a row may name several actors.
NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"省委教育工委|省级(?!平)|省教育厅|教育厅|各省|省、自治区|省厅", ("province",)),
    (
        r"市委教育工委|地市级|市级(?!平)|市教育局|各市|设区市|各设区市|各州市|市教体局|市教育和体育局|州教育局|各地市",
        ("city",),
    ),
    (
        r"县级|区级|县（?市?、?区?）?教育|区教育|县教育|县教体局|区教体局|各县|各区|各县市区|县市区|区县|县区|旗县|教育行政部门|教育部门|局机关|区教体|市、县|县、",
        ("county",),
    ),
    (r"乡镇中心学校|中心学校|中心校|镇街|乡镇|各镇|各乡|街道|教委|镇教办|教育办|学区", ("township",)),
    (r"校外培训机构|培训机构|教培机构|托管机构", ("training_institution",)),
    (r"幼儿园|各园|托幼", ("kindergarten",)),
    (r"中小幼", ("school", "kindergarten")),
    (
        r"各校|学校|各中小学|中小学|小学|中学|高中|高校|高等学校|职校|中职|特教|本校|校内|校级|院校|各园校|校园(?=要|应|须)|各单位",
        ("school",),
    ),
    (
        r"校长|园长|主要负责人|主要负责同志|负责同志|第一责任人|一把手|学校负责人|法定代表人|书记|带班领导|校领导|校级领导|学校领导",
        ("principal",),
    ),
    (
        r"安全干部|安全管理干部|安全管理人员|安全监管人员|分管负责|分管领导|分管副校长|分管校长|安全副校长|安全科|安全办|安全主任|安全员|安全管理员|安全专干|安全总监|德育处|政教处|总务处|保卫处|保卫科|安稳办|具体工作负责",
        ("safety_officer",),
    ),
    (r"班主任|辅导员|各班级|各班", ("homeroom_teacher",)),
    (
        r"教师|老师|教职工|教职员工|师生|教研员|导师|值班人员|全体员工|从业人员|工作人员|宿管员|宿管|生活老师|校医",
        ("teacher",),
    ),
    (r"保安|门卫|护校队|安保人员", ("guard",)),
    (r"家长|监护人|家委会", ("parents",)),
    (r"学生干部|学生安全员|学生担任|班干部|小安全员|值日生", ("student_officer",)),
    (r"专家|第三方|专业机构|法律顾问", ("expert",)),
    (r"公安|派出所|民警|警务|警校|干警|政法|检察|公检法", ("police",)),
    (r"消防救援|消防部门|消防大队|消防机构|消防支队", ("fire",)),
    (r"市场监管|市场监督|食药", ("market",)),
    (r"卫生健康|卫健|疾控|卫生部门|医疗机构|医院", ("health",)),
    (r"交警|交管|交通运输|交通部门|校车公司", ("traffic",)),
    (r"应急管理(?:局|部门|厅|、)|应急部门|应急局|安委", ("emergency",)),
    (r"各地各校|各级各部门|各地各单位|全社会|全员", ("all",)),
)
# Every name begins with one of these; looking at one character first is most of the speed.
BEGINNINGS = "".join(sorted({way[0] for pattern, _ in NAMES for way in pattern.split("|") if way[0] not in "()?"}))
ALL = re.compile(
    f"(?=[{BEGINNINGS}])(?:" + "|".join(f"(?P<a{i}>{pattern})" for i, (pattern, _) in enumerate(NAMES)) + ")"
)
# An ordinary collective sense: 学校安全 is a subject, not a school that must act.
NOT_DOER = re.compile(r"(?:学校|校园|中小学|教育部门)(?:安全|周边|食堂|消防|校舍|内部|工作)")
# 安全员 inside 学生安全员 is the pupil.
RANKS = ("province", "city", "county", "township", "school")


def find_actors(text: str) -> tuple[str, ...]:
    """The actors that the words name, in the order of their first naming."""
    found: dict[str, None] = {}
    for match in ALL.finditer(NOT_DOER.sub("", text)):
        found.update(dict.fromkeys(NAMES[int((match.lastgroup or "a0")[1:])][1]))
    return tuple(found)


def find_subjects(head: str) -> tuple[tuple[str, ...], str]:
    """Who is told to act: the actors at the head of a chunk, and the words that name them."""
    match = SUBJECT.match(head)
    if not match:
        return (), ""
    return find_actors(match["who"]), match["who"]


ORDERED = r"(?:要|应当|应|须|必须|需|将|负责|主要|每|至少|在|于|对|按|结合|根据|会同|联合|组织|建立|开展|制定|完善|落实|切实|严格|加强|全面|认真|及时|定期|利用)"
SUBJECT = re.compile(
    rf"(?:指导|督促|推动|组织|要求|引导|支持|鼓励)?"
    rf"(?P<who>(?:各级|各类|各|全体|全区|全市|全县|本|寄宿制|中|省|市|县|区)?[^，。；：]{{0,24}}?"
    rf"(?:学校|中小学|小学|中学|幼儿园|机构|部门|局|厅|工委|各校|园|负责人|负责同志|校长|园长|班主任|教师|保安员?|安全员|人员|单位|教职工|各地|处|科|办|专干|干部|家长|市级|县级|省级|区级|校级))"
    rf"(?={ORDERED})"
)


def issuer_rank(issuer: str | None, text: str) -> str:
    """The rank that a document's office stands at: province, city, county or school.

    A 市教育局 that writes to townships is a county-level city's.
    """
    name = issuer or ""
    if re.search(r"教育部|国务院|国家", name):
        return "province"
    if re.search(r"省|自治区|直辖市|厅|北京市教|上海市教|天津市教|重庆市教", name):
        return "province"
    if re.search(r"(?:小学|中学|学校|幼儿园|学院)$", name):
        return "school"
    if re.search(r"[区县旗]", name) or re.search(r"各(?:乡镇|镇|乡|街道)", text[:600]):
        return "county"
    return "city" if "市" in name or "州" in name or re.search(r"各县|县级", text[:6000]) else "county"


def addressed(rank: str) -> tuple[str, ...]:
    """Whom a duty without a subject binds: the office that issues the plan and the schools it writes to."""
    return (rank,) if rank == "school" else (rank, "school")


def is_county_city(issuer: str | None, default: tuple[str, ...]) -> bool:
    """True for the office of a 市 that stands at county rank: its own 市教育局 is a county's office."""
    return (
        "county" in default
        and bool(re.search(r"市(?:教|委|人民)", issuer or ""))
        and not re.search(r"[区县旗]", issuer or "")
    )


def of_county_city(actors: tuple[str, ...]) -> tuple[str, ...]:
    """The same actors, the city's office read as the county's."""
    return join_actors("county" if a == "city" else a for a in actors)


def join_actors(*groups: Iterable[str]) -> tuple[str, ...]:
    """The groups as one, each actor once."""
    return tuple(dict.fromkeys(actor for group in groups for actor in group))
