"""The shadow of a text: the same length, in the few characters that the patterns know.

Full-width and mathematical digits, full-width letters, traditional characters and the many
dashes become plain ones, each one for one, so that a place in the shadow is the same place in the
text. Numbers spelled out in Chinese digits become digits where they are long enough to be dialled.
"""

from __future__ import annotations

import re

_SPELLED = "〇零幺一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_TRADITIONAL = (
    "電电話话聯联繫系絡络係系號号碼码樓楼單单門门戶户棟栋區区層层師师醫医經经書书記记隊队長长員员業业鄰邻對对這这護护證证駕驾車车銀银賬账帳账訂订張张劉刘陳陈楊杨趙赵"
    "黃黄吳吴孫孙馬马羅罗鄭郑謝谢韓韩馮冯鄧邓許许蘇苏盧卢蔣蒋賈贾鍾钟鐘钟譚谭陸陆葉叶蕭萧閻阎龍龙湯汤賀贺錢钱嚴严龔龚龐庞齊齐顧顾顏颜駱骆魯鲁應应歐欧陽阳諸诸範范莊庄"
    "衛卫鄒邹喬乔賴赖塗涂國国榮荣華华偉伟強强傑杰靜静麗丽蘭兰鳳凤義义軍军東东廣广慶庆紅红潔洁瑩莹婭娅嬌娇雲云夢梦願愿學学輝辉鋒锋鋼钢鐵铁銘铭錦锦鵬鹏飛飞曉晓勝胜興兴"
    "豐丰貴贵寶宝發发財财愛爱遠远達达進进誠诚謙谦詩诗謹谨談谈賢贤貞贞維维綱纲綺绮緒绪練练組组線线終终結结統统給给爺爷媽妈嬸婶孃娘總总處处廳厅縣县鄉乡鎮镇個个們们為为"
    "與与從从來来時时後后當当過过還还說说請请幫帮樣样負负責责監监親亲屬属臺台灣湾領领"
)

_SHADOW: dict[int, str] = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **{0x1D7CE + digit: str(digit % 10) for digit in range(50)},  # mathematical digits
    **{0xFF21 + letter: chr(0x41 + letter) for letter in range(26)},
    **{0xFF41 + letter: chr(0x61 + letter) for letter in range(26)},
    **dict(zip(map(ord, _TRADITIONAL[::2]), _TRADITIONAL[1::2], strict=True)),
    **dict.fromkeys(map(ord, "‐‑‒–—―−－﹣_\u200b\u200c\u200d\ufeff"), "-"),
    **dict.fromkeys(map(ord, "\u3000\xa0\t"), " "),
    **dict.fromkeys(map(ord, "·•‧・∙"), "·"),
    **dict(zip(map(ord, "（）＋．＊＠：＃"), "()+.*@:#", strict=True)),
}

# As many digits as a telephone number without its area code has at least.
_LONG_SPELLED = re.compile(f"[{_SPELLED}](?:[- ]?[{_SPELLED}]){{6,}}")
_MIXED_MOBILE = re.compile(f"(?<![0-9{_SPELLED}])[1一壹幺][0-9{_SPELLED}]{{10}}(?![0-9{_SPELLED}])")
_DIGITS = str.maketrans(_SPELLED, "00" + "1" + "123456789" + "123456789")


def shadow_of(text: str) -> str:
    """The shadow of a text; a place in it is the same place in the text."""
    shadow = text.translate(_SHADOW)
    for spelled in (_LONG_SPELLED, _MIXED_MOBILE):
        shadow = spelled.sub(_in_digits, shadow)
    return shadow


def _in_digits(spelled: re.Match[str]) -> str:
    return spelled[0].translate(_DIGITS)
