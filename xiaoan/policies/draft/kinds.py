"""What kind of requirement some words make: recurring, deliverable, standing, target or event."""

import re

VERB = (
    "开展|组织|建立|建成|建好|健全|完善|制定|制订|修订|落实|加强|强化|推进|推动|实施|召开|举办|举行|进行|排查|整治|检查|巡查|督查|督导|督促|指导"
    "|报送|上报|报告|填报|报备|备案|提交|配备|配齐|配足|配强|安装|建设|搭建|实现|完成|达到|达标|形成|构建|签订|评选|公布|公示|培训|演练|轮训"
    "|发放|印发|出台|编制|设置|设立|执行|履行|听取|研究|研判|部署|总结|验收|评估|鉴定|测评|检测|监测|消杀|清理|清除|取缔|打击|查处|处置|整改"
    "|登记|建档|更新|维护|维修|保养|值班|巡逻|陪餐|留样|晨检|消除|遏制|防范|杜绝|纳入|列入|聘请|邀请|联合|配合|对接|接入|覆盖|推广|张贴|悬挂"
    "|观看|学习|谈心|家访|走访|提醒|告知|约谈|通报|表扬|奖励|追究|问责|考核|评比|核查|抽查|复查|回头看|销号|挂牌|督办|调度|分析|汇总|梳理|分解"
    "|动员|讲授|开设|开齐|开足|开好|上好|体检|筛查|摸排|清查|封闭|关闭|拆除|改造|更换|加装|购置|投保|储备|聘任|选配|选派|充实|做好|抓好|抓实"
    "|明确|细化|压实|规范|优化|普及|创建|打造|选树|遴选|推荐|征集|化解|疏导|帮扶|干预|护学|执勤|查验|核验|测试|放学|参加|接受|传达|布置|巩固"
    "|拓展|引导|鼓励|支持|确定|牵头|负责|成立|控制|保持|设有|使用|采取|运用|宣传|教育|查找|汇报|反馈|交流|推选|录入|上传|归档|清洗|消毒|加入|坚持|保障"
    "|不得|严禁|禁止|召集|讨论|约束|看护|点名|试运行|启动|收集|报|查|评审|起草|会商|例会|盘点|讲评|小结|提高|提升|发布|推送|通过|基本|有效|结合|自查|管控|用好|宣讲|施划|增设|新建|扩建|配置|停用|断电|断气|收缴|疏通|张挂|签字|交接|巡视|巡察|演练|发出|下发|转发|责令|移交|曝光|核对|统计|摸清|掌握|建档立卡|回访|谈话|辅导|授课|上岗|持证|体检|复训|换药|点检|试用|检修|检定|校准|年检|整理|清运|清洁|消杀|除|留存|存档|佩戴|穿戴|护送|接送|劝阻|劝导|安排|严格|推行"
)
VERBS = re.compile(VERB)
# A finished thing that one date can govern, over and after a semicolon.
FINITE = re.compile(
    "完成|建成|建立|修订|制定|制订|出台|实现|达到|达标|完善|健全|印发|配齐|配足|轮训|形成|搭建|构建|颁布|评审|公布|验收|报送|上报|提交|安装|设立|成立|编制|覆盖|全部|通过|签订|消除|遏制|建设|加入|整改到位|推动实现|优化|推进|启动|接入"
)
MANNER = re.compile(
    r"(?:为|为了|以|按照|按|根据|依据|依照|依托|围绕|针对|紧盯|聚焦|通过|利用|借助|采取|充分发挥|发挥|紧扣|坚持以|本着|在[^，。；]{1,20}(?:基础上|前提下|指导下|领导下)|结合|突出|由)"
)
OUTCOME = re.compile(
    r"(?:确保|从而|切实提[高升]|不断提[高升]|全面提[高升]|进一步提[高升]|有效(?:预防|防范|提升|减少|解决)|最大限度|努力|营造|促进|推动形成|真正|做到|使|让|力争|防止|避免|提高|提升|增强|以.{1,20}(?:促|带)|倒逼|着力|坚决(?:防范|杜绝|遏制|做到|防止|避免))"
)
TARGET = re.compile(
    r"达到|实现|消除|遏制|下降|清零|达标|覆盖率|控制在|不超过|全覆盖|全面完成|通过.{0,16}验收|不少于总数|巩固|成效|率"
)
# Only a case that may come to pass sets a duty off; 及时 and 立即 alone are a manner.
CASE = "发生|出现|存在|发现|造成|导致|未|不|拒|瞒|显著|突出|违反|构成|涉嫌|受到|遭受"
EVENT = re.compile(
    r"一旦|(?:遇|发生|出现|接到|接报|收到|发现)[^，。；]{1,24}(?:的(?=，|应|要|须|必须|立即)|(?<!前)后(?!果|续|勤)|时(?=，|应|要|须|立即))"
    r"|发现[^，。；]{2,20}(?:立即|第一时间)"
    rf"|^[^。；]{{0,60}}?(?:{CASE})[^。；]{{0,40}}的，|逾期|(?:小时|分钟)内|每(?:起|例)"
)
REGULAR = re.compile(r"定期|常态化|经常性|经常|不定期|日常|持续开展|长期坚持")


def kind_of(text: str, every: str | None, has_deadline: bool, figure: str | None) -> tuple[str, str | None]:
    """The kind, and the words that decided it when they are in the text."""
    if every and every != "per_event":
        return "recurring", None
    if has_deadline:
        aimed = TARGET.search(text)
        is_target = aimed is not None and bool(
            (figure and "%" in figure) or not re.search(r"制定|修订|印发|出台|报送|建立", text)
        )
        return ("target", aimed.group()) if is_target and aimed else ("deliverable", None)
    event = EVENT.search(text)
    if every or event:
        return "event", event.group() if event else None
    regular = REGULAR.search(text)
    if regular:
        return "recurring", regular.group()
    if figure and ("%" in figure or figure in ("全覆盖", "动态清零", "清零")):
        return "target", figure
    return "standing", None


def is_duty(text: str) -> bool:
    """True when a chunk says what to do, not how, why or to what end."""
    return bool(VERBS.search(text)) and not MANNER.match(text) and not OUTCOME.match(text)


def is_outcome(text: str) -> bool:
    """True when a chunk says what shall come of the duty before it."""
    return bool(OUTCOME.match(text))


def is_finite(text: str) -> bool:
    """True when a chunk names something that can be finished by a day."""
    return bool(FINITE.search(text))
