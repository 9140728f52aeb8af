"""Ranks and kinds of unit, fixed by law and by the field."""

from django.db import models


class Rank(models.TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "区县"
    TOWNSHIP = "township", "镇街"
    SCHOOL = "school", "学校"
    DEPARTMENT = "department", "科室"
    PARTNER = "partner", "协作部门"


class SchoolKind(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    SENIOR = "senior", "高中"
    COMPLETE = "complete", "完全中学"
    VOCATIONAL = "vocational", "中等职业学校"
    SPECIAL = "special", "特殊教育学校"
    SPECIALISED = "specialised", "专门学校"
    HIGHER = "higher", "高等学校"
    TRAINING = "training", "校外培训机构"


class PartnerKind(models.TextChoices):
    POLICE = "police", "公安"
    FIRE = "fire", "消防救援"
    MARKET = "market", "市场监管"
    EMERGENCY = "emergency", "应急管理"
    HEALTH = "health", "卫生健康"
    TRAFFIC = "traffic", "交通运输"
    URBAN = "urban", "城市管理"
    CULTURE = "culture", "文化旅游"
    SCIENCE = "science", "科技"
    SPORT = "sport", "体育"
    HOUSING = "housing", "住房城乡建设"


# The first two digits of the ten-digit school identifier, by kind (rules: 教育部学校（机构）代码, seen in the
# field's table school_identifier_rules).
IDENTIFIER_CATEGORIES: dict[str, set[str]] = {
    "kindergarten": {"11"},
    "primary": {"21", "22"},
    "junior": {"31", "32", "33"},
    "nine_year": {"31"},
    "senior": {"34", "35"},
    "complete": {"34"},
    "vocational": {"36"},
    "specialised": {"37"},
    "higher": {"41", "42", "91", "92"},
    "special": {"51"},
    "training": {"93"},
}

# Kinds that a requirement binds when it names none: general schools and kindergartens.
GENERAL_KINDS = [k for k in SchoolKind.values if k not in ("higher", "training")]

# What a school has: requirements and check items look at these words.
FACILITIES = {
    "boarding": "寄宿", "canteen": "食堂", "bus": "校车", "laboratory": "实验室", "pool": "游泳池", "gas": "燃气",
    "lift": "电梯", "boiler": "锅炉", "shop": "小卖部", "fire_room": "消防控制室", "works": "在建工程",
}  # fmt: skip

# What may stand directly under what.
PARENTS: dict[str, set[str]] = {
    "province": set(),
    "city": {"province"},
    "county": {"city", "province"},
    "township": {"county"},
    "school": {"township", "county", "city", "province"},
    "department": {"province", "city", "county", "township"},
    "partner": {"province", "city", "county", "township"},
}
