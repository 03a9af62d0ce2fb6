"""What an answer does with its words: acts such as having done, having asked others, promising.

Each act is a pattern over phrases that any office in the country writes; none is about a place, an
office or a kind of matter.
"""

from __future__ import annotations

import re

from huiban.kernel.base.text import normalise

LONGEST = 8_000
"""Characters of a text that are looked at."""

_ACTS = {
    # What was done, found and said.
    "done": r"(?:已|已经|均已|现已)(?![^，。；]{0,4}(?:转|移交|交办|交由|上报|反馈|反映|要求|通知|协调))"
    r"[^，。；已]{0,14}(?:完成|清理|整改|修复|修好|恢复|更换|换好|拆除|处理|解决"
    r"|停止|停工|打捞|清除|安装|疏通|清运|补种|到位|封堵|关闭|改善|正常|撤离|洒水|铺设|补划|补办|开通|补上|办好"
    r"|退还|发放)|(?:修好|换好|装好|补好|清完|清走|弄好|办好|换新|恢复运行|恢复供)",
    "did": r"(?:已|已经)(?!经?(?:[^，。；]{0,4}(?:转|移交|交办|交由|上报|反馈|反映|要求|责令|督促|通知|协调|联系"
    r"|安排|列入|纳入|计划|部署))|收[悉到]|知|阅|有|在|是|成|不|久|基本|初步|经查|经核)[\u4e00-\u9fff]{2}"
    r"|[加修换装贴划补清拆挪移关停通种扶架铺刷洗]了|(?:补平|划好|约好|商量好|接好|运走|放行|合格|到账|开放)",
    "went": r"(?:到|赴|前往|至)[^，。；]{0,10}(?:现场|实地)"
    r"|现场(?:查看|检查|核查|核实|勘查|勘察|察看|走访|踏勘)|上门|实地|入户|到场",
    "patrol": r"巡查|巡逻|排查|摸排",
    "not_found": r"未发现|没有发现|未见|并未|不存在|未施工|已停工",
    "found": r"(?<!未)(?<!没有)发现[^，。]|确有|确实|属实|存在",
    "stopped": r"责令|勒令|立即停|停工|停止|限期",
    "asked_others": r"要求|督促|督导|通知(?!书)|责成|敦促|提醒|告知|交代",
    "punished": r"查处|处罚|罚款|立案|取缔|没收|查封|扣分|约谈",
    "restrained": r"制止|禁止|严禁|不得",
    "who_acts": r"执法人员|队员|工作人员|技术人员|维修人员|师傅|保洁员|民警|施工队|班组|负责人",
    "cause": r"由于|因为|原因|所致|导致|造成(?!的?不便)|受[^，。]{1,10}影响|是因|系因|(?:^|[，。；])因",
    "under_way": r"正在|正进行|施工中|抓紧施工|进行中",
    "now": r"目前|现阶段|当前|现处于",
    "called": r"(?:致电|电联|电话联系|已联系|已与|与)[^，。；]{0,10}"
    r"(?:市民|诉求人|投诉人|反映人|您|来电人|居民|业主)|回访|回电|当面|协商|沟通",
    "agreed": r"约定|商定|谈妥|说好|达成|调解|握手言和|一致同意|签(?:了|订|署)",
    "result": r"改善|达到|效果|好转|正常|消除|恢复|解决",
    # When, how much, whom to ask.
    "period": r"工期|[\d一二三四五六七八九十两半几]+个?(?:工作日|月|天|日|周|星期|小时)"
    r"(?:内|左右|时间|完成|后)",
    "day": r"\d{1,2}月\d{1,2}[日号]|\d{1,2}[日号](?:前|之前|上午|下午|晚|凌晨)|\d{4}[-/.]\d{1,2}"
    r"|[今明昨后]天|周[一二三四五六日天]",
    "month": r"\d{1,2}月(?!\d)|月底|上旬|中旬|下旬|本周|下周|本月|下月",
    "far_date": r"年底|年内|下半年|上半年|明年|今年|季度",
    "clock": r"\d{1,2}[时点:：]\d{0,2}|(?:上午|下午|晚上|凌晨)\d",
    "figure": r"\d+(?:\.\d+)?(?:米|公里|吨|处|个|户|座|台|盏|只|根|辆|万|元|平方|%|％|人|次|口|批)",
    "phone": r"\d{7,}|\[TEL\]|电话|热线|拨打|联系人",
    # What is only promised.
    "plans": r"计划|预计|拟|预期",
    "will": r"将(?:会|对|在|于|继续|督促|安排|组织|由)?|会(?:在|对|尽)",
    "strive": r"争取|力争|努力|尽量|尽可能|最大限度",
    "soon": r"尽快|尽早|早日|近期|适时|抓紧(?!施工)|加快|届时",
    "stress": r"高度重视|积极|认真|切实|严格|及时|第一时间",
    "strengthen": r"加强|加大|进一步|强化|提高|不断|全面",
    "assure": r"确保|保障|保证|避免|减少|杜绝|防止",
    "consider": r"研究|考虑|完善|优化|统筹|协调|推进|落实",
    "goes_on": r"继续|持续|今后|后续|后期|日常",
    "early_stage": r"前期|招标|立项|设计|方案|审批|审定|规划|拆迁|征迁|征收|报批|上会",
    "listed": r"列入|纳入|包内",
    # Who else.
    "pass_on": r"(?:建议|请|已|可)[^，。；]{0,6}(?:转|移交|交办|交由)"
    r"|转[^，。]{1,10}(?:处理|办理|答复|单位|部门)|反馈(?:给|至)|反映给",
    "upwards": r"上报|报请|请示|提请|汇报|向[^，。]{1,12}报告|报告(?:市|区|县|上级|领导)",
    "not_ours": r"不属于?|非我|不在[^，。]{0,8}(?:范围|职责)|不归|无权|职责",
    "theirs": r"由[^我，。；]{2,20}(?:负责|实施|承办|管理|建设)|主管部门|相关部门|有关部门|相关单位|有关单位",
    "cannot": r"无法|不能|不予|不具备|暂不|暂未|没有条件|难度|阻力|尚未|受限",
    "law": r"《|规定|条例|法律|依法|法规|规范",
    "according": r"根据|按照|依照|依据|遵照",
    # Manners.
    "greeting": r"您好|你好|尊敬的",
    "sorry": r"谅解|抱歉|歉意|包涵",
    "bother": r"不便|影响",
    "thanks": r"感谢|谢谢",
    "wish": r"敬请|望|希望|恳请",
    "received": r"收悉|来信|来电|接到(?:诉求|投诉|反映|来件)|收到",
    "also": r"同时|此外|另外|另[，外]|并且|而且",
    "but": r"但|然而|不过",
    "quality": r"质量|安全|标准|资质|许可|手续",
    "numbered": r"[一二三四五六七八九]、|[1-9]、|[（(][一二三四五1-9][）)]|[①②③]|首先|其次|一是|二是|如下",
    "own_name": r"我(?:局|司|镇|街|办|乡|区|队|中心|公司|委|单位|所|站|处)|我们",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _ACTS.items()}
COUNTED = ("early_stage", "law", "own_name", "strive", "soon", "stress", "strengthen", "assure")
"""Acts of which it counts how often they occur."""


def read(text: str) -> str:
    """The part of a text that is looked at, in one form."""
    return normalise(text[:LONGEST])


def acts_in(reply: str) -> frozenset[str]:
    """The acts in an answer that was `read`."""
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(reply))


def times(name: str, reply: str) -> int:
    """How often an act occurs in an answer that was `read`."""
    return sum(1 for _ in _PATTERNS[name].finditer(reply))
