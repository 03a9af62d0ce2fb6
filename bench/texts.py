"""What residents of the benchmarks tell: about 130 characters, with the words of a category.

Made up for this purpose; the same number always gives the same words.
"""

from __future__ import annotations

MATTERS = (
    "三号楼的电梯又停运了，轿厢里的灯也不亮，坐电梯的时候晃得厉害，楼里老人很多，上下楼实在不方便。",
    "楼道里的照明坏了好几盏，晚上回家一片黑，前天有位阿姨下楼的时候差一点踩空，楼道灯到现在没人换。",
    "楼下垃圾站的垃圾两天没有清运了，桶都满出来了，天一热恶臭很重，旁边就是小朋友玩的地方。",
    "地下室门口的下水道堵塞了，污水一直往外反水，已经流到路边，走路都要绕开，鞋也弄湿了。",
    "东门外的消防通道天天被车占着，昨天有人搬家都过不去，要是真有急事，大车肯定开不进来。",
    "对面那户装修从早上六点多开始，中午也不停，噪音很大，孩子在家上网课根本听不清老师说话。",
    "小区西边那条路坑洼很多，路面破损已经有一个多月了，下雨以后全是水，骑车经过很容易摔倒。",
    "电动车都推到单元门里充电，还有从窗户拉下来的飞线，邻居们说了几次都没有用，大家很担心。",
)
TAILS = (
    (
        "我们几户邻居都问过物业，说是已经报上去了，但是一直没有消息，问急了就说在等配件。"
        "请帮忙看看是哪个单位负责，什么时候能修好，需要交什么材料也告诉我们，谢谢。"
    ),
    (
        "之前打过两次电话，都说会派人来看，到今天也没有见到人，楼里的群里每天都有人在问。"
        "希望社区能来现场看一看，给个准话，大家心里也好有个底，别再拖下去了。"
    ),
    (
        "这件事从上个月就有了，一直拖着没有人管，贴过通知，也找过值班的师傅，都说不归他管。"
        "麻烦你们尽快安排人处理，处理完了告诉我们一声，需要居民配合的一定配合。"
    ),
)
ADDRESSES = ("在{0}单元门口。", "就在{0}号楼北侧。", "位置在{0}栋旁边的小广场。")


def complaint(number: int) -> str:
    """The words of the report of that number."""
    matter = MATTERS[number % len(MATTERS)]
    tail = TAILS[number // len(MATTERS) % len(TAILS)]
    where = ADDRESSES[number % len(ADDRESSES)].format(number % 40 + 1)
    return matter + where + tail
