"""What of a chat tells of a matter, and what is only talk."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What stands for something that text can't carry.
ATTACHED = re.compile(
    r"\[(?:图片|照片|语音|视频|表情|动画表情|文件|链接|位置|红包|小程序|聊天记录|拍一拍|转账|名片|合并转发"
    r"|[\u4e00-\u9fff]{1,3})\](?:\s*\d+\"?)?"
)
PICTURES = re.compile(r"\[(?:图片|照片)\]")
CALLED = re.compile(r"(?<!\w)@\S+\s?")
_SYSTEM = re.compile(
    r".*(?:加入了?群聊|撤回了一条消息|修改群名|拍了拍|移出了?群聊|退出了?群聊|以下为新消息|以上是打招呼|"
    r"开启了朋友验证|成为新的?群主|发起了?(?:群)?收款|领取了.*红包|群公告|邀请.*(?:加入|进群)).*",
    re.DOTALL,
)
_PLEASANTRY = re.compile(
    r"(?:(?:好的?呢?|好滴|收到|谢谢(?:您|你|大家|书记|主任|老师|啦|了)*|感谢.{0,8}|辛苦(?:了|啦|您|大家)*|嗯+|哦+|噢|行|"
    r"可以|o+k+|ok的?|没问题|知道了?|明白了?|了解了?|是的?|对的?|对对+|不是|没有|有的?|同意|支持|赞成?|顶+|"
    r"哈+|呵+|嘿+|早(?:上好|安)?|晚(?:上好|安)|大家好|你好|您好|在吗|在不在|有人吗|新年快乐|节日快乐|"
    r"加油|厉害|真棒|太好了|恭喜|欢迎.{0,6}|客气了?|不客气|没事了?|算了|好吧|是啊|是呀|对啊|就是|"
    r"唉+|哎+|啊+|呀|吧|呢|了|啦|的|已阅|收到请回复|请回复|请问)[\s，,。.!！~～、?？]*)+",
    re.IGNORECASE,
)
_ECHO = re.compile(
    r"(?:\+\s*\d+|(?:我|俺)(?:们)?(?:家|这|楼|栋|单元|也|也是).{0,6}也?(?:是|一样|有|遇到)(?:的|了|呢)?|"
    r"也是|一样的?|同(?:上|感|问|求)|附议|\d+[号栋]楼?也(?:是|一样))[。.!！~～\s]*"
)
_OFFICIAL_WORDS = re.compile(
    r"(?:已(?:经)?(?:联系|安排|通知|报修|反馈|转|派|登记|处理|修好|恢复)|(?:马上|现在|这就)(?:安排|联系|派人|过来|去看)|"
    r"稍等|请(?:大家|各位)|各位(?:业主|居民|邻居).{0,4}(?:通知|好)|温馨提示|【通知】|【.{0,8}公告】|接(?:到|上级)通知)"
)
_OFFICIAL_SENDER = re.compile(
    r"物业|社区|居委|村委|管家|客服|网格员|书记|业委会|街道|维修|前台|保安队|群管|助手"
)
# Something is wrong, missing or asked for.
TROUBLE = re.compile(
    r"坏|破|漏|堵|吵|噪|脏|臭|停[水电气]|没[水电气暖有人]|不[亮热通动行能来开关走稳管]|断[水电网]|裂|掉|塌|晃|响|烂|渗|"
    r"积水|污水|反水|垃圾|乱[停放扔丢搭堆]|占|飞线|违|挡|扰民|臭味|味道|异味|油烟|老鼠|蟑螂|蚊|狗|猫|摔|滑|危险|隐患|"
    r"着火|冒烟|煤气|漏电|困|偷|打架|停运|故障|报修|维修|修一?[下修]|没人|怎么办|怎么回事|什么时候|能不能|可不可以|请.{0,6}"
    r"(?:处理|解决|管|修|清|来人|看看)|希望|建议|要求|投诉|反映|咨询|帮忙|麻烦|为什么|收费|涨价|电梯|路灯|门禁|水管|"
    r"下水道|井盖|车位|充电|消防|广场舞|装修|施工|发票|退款|补贴|低保|残疾|老人|孩子|医保|社保|走失|丢了|急"
)
_NOTHING_TO_TELL = re.compile(
    r"(?:.{0,12}(?:无|没有|正常|没问题|没事|一切正常|都好|无异常|无问题))[。.!！\s]*"
)
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?(?:小区|花园|家园|公寓|新村|苑))?"
    r"(?:[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3}|[A-Za-z])(?:号楼|栋|幢|座|号院|期|区|#楼?|号)"
    r"(?:[ ,，]?(?:\d{1,2}|[一二三四五六七八九十甲乙丙])单元)?(?:[ ,，-]?\d{1,2}(?:楼|层))?"
    r"(?:[ ,，-]?\d{3,4}(?:室|房|户)?)?"
    r"|(?:[东西南北中]+|正|后|小区)(?:大)?门(?:口|岗)?|地下(?:车库|室)|车库|小广场|中心花园|幼儿园(?:门口|旁)|垃圾(?:站|房|点)"
    r"|\d{1,2}单元(?:[ ,，-]?\d{3,4})?|[一二三四五六七八九十]单元"
)
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")

# Why a message was left out, as the page says it.
ATTACHMENT, SYSTEM, PLEASANTRY = "只有图片或语音", "系统消息", "寒暄应答"
ECHO, OFFICIAL, NO_MATTER = "附和别人", "工作人员的话", "没说到要办的事"


def why_left_out(sender: str, text: str, listed: bool, keywords: Iterable[str]) -> str:
    """Why a message is no report; "" where it tells of a matter.

    `keywords` are the district's own words for matters. An entry of a 接龙 is one unless it says
    that there is nothing to tell.
    """
    words = CALLED.sub("", ATTACHED.sub("", text)).strip()
    if _SYSTEM.fullmatch(text):
        return SYSTEM
    if not _WORD.search(words):
        return ATTACHMENT if ATTACHED.search(text) else PLEASANTRY
    if _PLEASANTRY.fullmatch(words):
        return PLEASANTRY
    if listed:
        return NO_MATTER if _NOTHING_TO_TELL.fullmatch(words) else ""
    if _ECHO.fullmatch(words):
        return ECHO
    if _OFFICIAL_SENDER.search(sender) or _OFFICIAL_WORDS.match(words):
        return OFFICIAL
    tells = TROUBLE.search(words) or any(word in words for word in keywords)
    return "" if tells else NO_MATTER


def plain_words(text: str) -> str:
    """The words of a message without what stands for pictures and without whom it calls."""
    lines = (CALLED.sub("", ATTACHED.sub("", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def place_in(text: str) -> str:
    """The first place that the words name, as they name it; "" for none."""
    found = _PLACE.search(text)
    return found[0].strip(" ,，") if found else ""


def pictures_in(text: str) -> int:
    """How many pictures the message stood beside."""
    return len(PICTURES.findall(text))
