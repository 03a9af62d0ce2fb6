"""Text in the form in which places are looked for, with the way back to what was written.

Full-width, traditional and upper-case signs become plain ones, numerals of every kind digits, and
spaces go: 叁号樓, ③号楼 and ３ 号楼 all read 3号楼.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TRADITIONAL = (
    "樓號單區棟東門園裡裏後對過層戶車庫頂負電燈豐華麗寶龍鳳橋樹陽陰廣場莊灣鎮鄉縣國團圍學醫葉藝蘭"
    "蘆萬歲慶應龐廟廠廳愛懷戰揚樂機歡歐歷歸漢漁灘無獨獻環現產畫當發盤禪離種稱競節築範簡籃糧紀約紅"
    "納純級細終組經綠維綱網線編總織繞續羅義習聖聞聯職肅臨舊舉蘇處衛裝補見規視親觀計記設許話詳語說"
    "課調談請論諸講護讓財貢貨貴買費賀資賓質購賽贊趙軍軒載輔輝輪轉農運達遙選遺還邊郵鄭鄰鈴銀銅銘鋪"
    "錄錦鎖鏡鐘鐵長開間閣閘關陳隊階隨險隱雙雜雞難雲霧靈靜響項順預頌領頭題額願類顧飛館馬駐驛騎騰魚"
    "魯鮮鳥鳴鴻鵬鶴麥黃黨齊齡廈嶺島崗湯潤澤濱潔滬瀾瑪瓊禮穎筍紡縫繡纖綿綢聲腳膠荊莖蓮蔣蕭藍虛蝦貝"
    "貿賢躍遼邁醬釀鑽閩陝雋頤颱飯駿麵寧曉實聽錢蔭濤籬壇磚鵲亞億興榮勝滿壽爐煙燒營倉僑傑優剛劍勞務"
    "勵匯協員啟圓塊壩奧奮婦孫寬導專尋嶽師廬張彎徑憲擴數時暉會楊極橫權氣淺淨淵溝溫滄潛瀟爭獅瑤瓏璽"
    "畢療碼筆緯臺蒼薈薩藥衝誠謝譚貞賜適釣鋼鑒閱闊顏風養鯉鷹鷺鹽壞"
)
_SIMPLE = (
    "楼号单区栋东门园里里后对过层户车库顶负电灯丰华丽宝龙凤桥树阳阴广场庄湾镇乡县国团围学医叶艺兰"
    "芦万岁庆应庞庙厂厅爱怀战扬乐机欢欧历归汉渔滩无独献环现产画当发盘禅离种称竞节筑范简篮粮纪约红"
    "纳纯级细终组经绿维纲网线编总织绕续罗义习圣闻联职肃临旧举苏处卫装补见规视亲观计记设许话详语说"
    "课调谈请论诸讲护让财贡货贵买费贺资宾质购赛赞赵军轩载辅辉轮转农运达遥选遗还边邮郑邻铃银铜铭铺"
    "录锦锁镜钟铁长开间阁闸关陈队阶随险隐双杂鸡难云雾灵静响项顺预颂领头题额愿类顾飞馆马驻驿骑腾鱼"
    "鲁鲜鸟鸣鸿鹏鹤麦黄党齐龄厦岭岛岗汤润泽滨洁沪澜玛琼礼颖笋纺缝绣纤绵绸声脚胶荆茎莲蒋萧蓝虚虾贝"
    "贸贤跃辽迈酱酿钻闽陕隽颐台饭骏面宁晓实听钱荫涛篱坛砖鹊亚亿兴荣胜满寿炉烟烧营仓侨杰优刚剑劳务"
    "励汇协员启圆块坝奥奋妇孙宽导专寻岳师庐张弯径宪扩数时晖会杨极横权气浅净渊沟温沧潜潇争狮瑶珑玺"
    "毕疗码笔纬台苍荟萨药冲诚谢谭贞赐适钓钢鉴阅阔颜风养鲤鹰鹭盐坏"
)
_FORMAL = dict(zip("壹贰贳叁參肆伍陆柒捌玖拾佰零〇", "一二二三三四五六七八九十百〇〇", strict=True))
_PLAIN = dict(zip(_TRADITIONAL, _SIMPLE, strict=True)) | _FORMAL
_PLAIN |= {"陸": "六", "幢": "栋", "貳": "二", "叄": "三"} | dict.fromkeys("—–‐‑−－―", "-")
_PLAIN |= dict.fromkeys("～〜∼", "~")
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_NUMERALS = re.compile(r"[0-9]+|[〇一二三四五六七八九十百]+")
LONGEST_NUMERAL = 5


@dataclass(frozen=True)
class Folded:
    """Plain signs, and for each the part of the text that it stands for."""

    text: str
    signs: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the signs from `start` to before `end` stand in the text."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The text in plain signs; every sign knows where it came from."""
    plain = "".join(map(_plain, text))
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(shown: str, start: int, end: int) -> None:
        signs.extend(shown)
        starts.extend([start] * len(shown))
        ends.extend([end] * len(shown))

    place = 0
    while place < len(plain):
        numeral = _NUMERALS.match(plain, place)
        if numeral is not None:
            keep(_digits(numeral[0]), place, numeral.end())
            place = numeral.end()
            continue
        sign = plain[place]
        if sign == " ":
            if _parts_words(plain, place):
                keep(sign, place, place + 1)
        elif sign in _COUNTED:
            keep(_COUNTED[sign], place, place + 1)
        else:
            keep(sign, place, place + 1)
        place += 1
    return Folded(text, "".join(signs), starts, ends)


def plain_signs(text: str) -> str:
    """A name in the signs in which it is looked for."""
    return fold(text).signs


def _parts_words(plain: str, place: int) -> bool:
    """Whether a space stands between two foreign words or numbers, which it keeps apart."""
    before, after = plain[place - 1 : place], plain[place + 1 : place + 2]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


@lru_cache(maxsize=8192)
def _plain(sign: str) -> str:
    """One sign for one sign: whatever is invisible is a space."""
    if sign in _PLAIN:
        return _PLAIN[sign]
    if sign == "\n" or sign in _COUNTED:
        return sign
    if not sign.isprintable() or sign.isspace():
        return "\n" if sign in "\r\v\f\x85\u2028\u2029" else " "
    folded = unicodedata.normalize("NFKC", sign).lower()
    return _PLAIN.get(folded, folded) if len(folded) == 1 else sign


def _counted() -> dict[str, str]:
    """Marks that hold a number: ①, ⑴, ⒈, ㈠, ㊀ and those that follow them."""
    blocks = ((0x2460, 0x249C), (0x24EA, 0x2500), (0x2776, 0x2794), (0x3220, 0x322A))
    marks = (chr(code) for block in (*blocks, (0x3280, 0x328A)) for code in range(*block))
    return {mark: str(int(unicodedata.numeric(mark))) for mark in marks if _numbers(mark)}


def _numbers(mark: str) -> bool:
    return unicodedata.numeric(mark, -1.0) >= 0


_COUNTED = _counted()


def _digits(numeral: str) -> str:
    """A run of numerals in digits, without zeros before it; one that is no number stays as it is."""
    if numeral.isdigit() and numeral.isascii():
        return numeral.lstrip("0") or "0"
    if len(numeral) > LONGEST_NUMERAL:
        return numeral
    if "十" not in numeral and "百" not in numeral:
        return "".join(str(_DIGITS[sign]) for sign in numeral).lstrip("0") or "0"
    value = _value(numeral)
    return numeral if value is None else str(value)


_HUNDREDS = re.compile(
    r"(?:([一二三四五六七八九]?)百)?〇?(?:([一二三四五六七八九]?)十)?([一二三四五六七八九])?"
)


def _value(numeral: str) -> int | None:
    found = _HUNDREDS.fullmatch(numeral)
    if found is None:
        return None
    hundreds, tens, ones = found.groups()
    value = _DIGITS[ones] if ones else 0
    value += 10 * (_DIGITS[tens] if tens else 1) if tens is not None else 0
    return value + (100 * (_DIGITS[hundreds] if hundreds else 1) if hundreds is not None else 0)
