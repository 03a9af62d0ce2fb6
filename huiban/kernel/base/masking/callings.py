"""What people are called by: labels, roles and titles, and what isn't said of a person."""

from __future__ import annotations

import re


def one_of(words: str) -> str:
    """The pattern of any of the words, which are parted by spaces; the longer ones first."""
    return "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True)))


# After a name: 王女士.
TITLES = (
    "先生 老先生 女士 小姐 太太 老太太 老太 老汉 老爷子 夫人 阿姨 师傅 老师傅 大爷 大妈 大叔 大婶 "
    "大姐 大哥 大娘 大嫂 大伯 奶奶 爷爷 叔叔 伯伯 婆婆 姐姐 哥哥 姑娘 老师 医生 大夫 护士 护士长 "
    "护工 警官 警察 民警 辅警 保安 教练 教授 法官 检察官 同志 同学 老板 老板娘 药师 导游 司机 "
    "会计 支书 村支书 专员 网格员 网格长 总监 干事 秘书 管家 主席"
)
OFFICES = "书记 主任 经理 主席 总监 队长 干事"
# Of whom there is a 长: 局长, 楼栋长.
HEADS = "董事 楼栋 局 所 站 院 校 科 处 村 镇 乡 区 县 市 省 厅 部 行 社 会 组 班 园 馆 厂 店 楼 股 团 排 庭 段"
# After the name of a shop or a clinic, which isn't hidden: 王师傅牛肉面.
SHOPS = (
    "正宗 加州 牛肉 羊肉 拉面 面馆 包子 馒头 烧烤 火锅 菜馆 饭店 饭馆 餐馆 餐厅 早餐 早点 小吃 烤 卤 粥 "
    "饺子 水饺 煎饼 豆腐 烧饼 凉皮 米线 麻辣 鸭脖 炸鸡 熟食 诊所 托管 辅导 补习 培训 工作室 修车 开锁 "
    "家政 便利 超市 水果 蛋糕 奶茶 理发 美容 窗帘 五金 汽修 修理店 养生 推拿 按摩 幼儿园 课堂 小卖部 "
    "小店 服装 干洗 裁缝 烟酒 药店 大药房"
)
# Before a name, which surely follows: 联系人：王芳.
LABELS = (
    "姓名 户名 名字 户主 联系人 联络人 收件人 收货人 投诉人 举报人 反映人 反馈人 "
    "诉求人 来电人 来信人 报修人 报案人 申请人 当事人 经办人 负责人 责任人 监护人 "
    "委托人 代理人 被告 被告人 原告 法定代表人 法人代表 法人 实控人 产权人 所有人 "
    "承租人 出租人 租赁人 患者 病人 死者 伤者 落款 签名 署名 车主 收款人 付款人 "
    "汇款人 转账人 开户人 持卡人 寄件人 填表人 实名举报 本人姓名 本人叫 本人名叫 我叫 "
    "我名叫 他叫 她叫 名叫 自称"
)
# Before a name, after which a sentence may as well go on: 业主王芳, 业主方便.
ROLES = (
    "本人 业主 业主代表 住户 居民 村民 邻居 房东 房主 租户 租客 司机 老板 学生 老人 儿子 女儿 孩子 父亲 "
    "母亲 爸爸 妈妈 爷爷 奶奶 外公 外婆 姥姥 丈夫 妻子 老公 老婆 爱人 哥哥 弟弟 姐姐 妹妹 儿媳 女婿 "
    "孙子 孙女 家属 员工 职工 同事 工人 保安 网格员 民警 辅警 嫌疑人 包工头 村支书 支书 书记 主任 医生 "
    "护士 老师 班主任 志愿者 党员 军人 工作人员 客服 中介 销售 顾问 承包人 股东 主管 经理 总经理 董事长 "
    "局长 所长 站长 院长 校长 科长 处长 村长 镇长 乡长 县长 厅长 部长 会长 组长 园长 馆长 厂长 店长 队长 楼长"
)
