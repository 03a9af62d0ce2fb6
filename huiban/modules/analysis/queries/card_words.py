"""What the cards say: a title and a meaning for every key of the screen, and what to mind."""

from __future__ import annotations

from dataclasses import dataclass

from huiban.kernel.base.measures import RATIOS

from ..reckoning.hotspots import USUAL_RULES
from .heat import DAYS, DEGREES

LIVE = "由事件日志逐条累加，工作进程运行时几秒内跟上；页面每30秒看一次。"
UNDER = "并入同一件事的反映也各算一件收到，办理时只算一件。"


@dataclass(frozen=True)
class Entry:
    """The words of a card; `measures` and `ratio` are declared elsewhere with their definitions."""

    title: str
    meaning: str
    measures: tuple[str, ...] = ()
    ratio: str = ""
    notes: tuple[str, ...] = ()


def _rate(code: str, *notes: str) -> Entry:
    ratio = RATIOS[f"voice.{code}"]
    return Entry(
        ratio.label,
        ratio.definition,
        (*ratio.part, ratio.whole, *ratio.beside),
        ratio.code,
        notes,
    )


_VERDICTS = (
    "没有评价的、回访没有联系上的不算进来，人数写在旁边；评价覆盖率越低，这个比率越说明不了全体。"
)
_OVERLAP = "按期限到期的日子归入时间段：还没到期的不算，到期未办结的算在分母里。"

ENTRIES: dict[str, Entry] = {
    "received_today": Entry(
        "今天收到", "今天零点以来收到的反映。", ("voice.received",), notes=(UNDER, LIVE)
    ),
    "received": Entry("收到", "这段时间收到的反映。", ("voice.received",), notes=(UNDER, LIVE)),
    "closed_today": Entry(
        "今天办结", "今天零点以来办结的，不论什么时候收到。", ("voice.closed",), notes=(LIVE,)
    ),
    "open": Entry("正在办", "现在还没有办结的，不分时间段。", ("voice.open",), notes=(LIVE,)),
    "late": Entry(
        "已超时",
        "现在主办的一步已经超过期限的，不分时间段。",
        ("voice.late",),
        notes=("期限按工作日历算，等居民答复期间暂停。", LIVE),
    ),
    "danger_open": Entry(
        "在办涉险",
        "收到时文字涉及人身安全、现在还没有办结的。",
        ("voice.danger_open",),
        notes=("是否涉险按词表认出，人工可以改正，改正后数字跟着变。", LIVE),
    ),
    "due": Entry("到期", "这段时间办理期限到期的。", ("voice.due",), notes=(_OVERLAP,)),
    "due_closed": Entry(
        "到期已办结", "这段时间到期的事里已经办结的。", ("voice.due_closed",), notes=(_OVERLAP,)
    ),
    "late_by_tier": Entry(
        "超时的在哪一级",
        "已超时的，按现在由哪一级办理分开。",
        ("voice.late",),
        notes=("各级之和等于“已超时”。小区党支部只引导，它的一步超期会自动上报。",),
    ),
    "closed_rate": _rate("closed_rate", _OVERLAP),
    "on_time_rate": _rate("on_time_rate", _OVERLAP, "任何一步超过期限，这件事就不算按期。"),
    "solved_rate": _rate("solved_rate", _VERDICTS, "“部分解决”算不算解决由本区设置决定。"),
    "satisfied_rate": _rate("satisfied_rate", _VERDICTS),
    "coverage": _rate("coverage", "没有答复就结束的（撤回、并入、告知其他途径）不算。"),
    "total": Entry(
        "累计受理",
        "系统启用以来收到的全部反映。",
        ("voice.received",),
        notes=(UNDER, "从第一件收到的那天算起。"),
    ),
    "visits": Entry(
        "日均访问",
        "居民打开本系统页面的次数，近30个整天（不含今天）平均到每天。",
        notes=(
            "全区一个数，只计次数，不记谁打开、从哪里打开；同一个人打开两次算两次。",
            "没有访问记录的日子不算进天数。",
        ),
    ),
    "handling": Entry(
        "办理时长",
        "这段时间办结的事，从收到到最后一次办结的时间：平均数与中位数，和去年同期比。",
        ("voice.closed_minutes", "voice.closed"),
        notes=(
            "平均数等于办理时长合计除以办结件数；重办的时间也算在内。",
            (
                "中位数是“一半的事在这个时间之内办结”，从时长分段读出："
                "两天以内精确到1小时，十天以内到4小时，更长到1天。"
            ),
            "去年同期是去年的同一段日子；两期办结都满20件才写变化。",
        ),
    ),
    "heat": Entry(
        "哪里偏多",
        f"近{DAYS}天下级单位各收到多少，与它的户数相比是不是偏多。",
        ("voice.received",),
        notes=(
            "户数多的地方事情本来就多，所以不按件数涂色：先按户数的比例算出应有多少，再看多出多少。",
            (
                f"“{DEGREES['hot']}”是至少{USUAL_RULES.least}件、经过收缩的比率达到本级平均的"
                f"{USUAL_RULES.ratio}倍，而且超出偶然波动（泊松检验，几处一起看，"
                "用 Benjamini–Hochberg 方法把碰巧的控制在百分之五以内）。"
            ),
            "颜色只说多少不平常，不说谁做得不好。件数少或没有户数的，不作判断。",
        ),
    ),
    "course": Entry(
        "近30天",
        "每天收到和办结各多少。",
        ("voice.received", "voice.closed"),
        notes=("柱是收到，线是办结；办结的可能是以前收到的。",),
    ),
    "by_category": Entry(
        "手上是什么事", "现在由本单位办理的，按类别分开，最多列八类。", ("voice.open",)
    ),
    "themes": Entry(
        "反复出现",
        "近30天内容相近、反复出现的反映，按件数、涉及地方和增长排在前面的三个。",
        notes=(
            "每个热点后面写着据此定出的办法；还没有的写“尚无”。",
            "标题由系统从反映中选取并遮去姓名、电话等，最多晚五分钟更新。",
        ),
    ),
    "findings": Entry(
        "待研判的线索",
        "监督规则从事件日志里找出、还没有人研判的线索。",
        notes=("线索是请人看的证据，不是结论；申诉成立的会撤销，不再计入。",),
    ),
    "burden": Entry(
        "填表负担",
        "便民和减负要一起看：少跑腿的另一面是少填表。",
        notes=(
            (
                "表单模块启用后，这里显示在用表单数、每个社区每月填报次数、自动带出的比例、"
                "每次填报用时的中位数，都从使用记录里算，不另发表来统计。"
            ),
        ),
    ),
}
