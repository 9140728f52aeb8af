from xiaoan.ground.norms.declare import Norm

BASIS = "平台设定：正常使用远到不了，防止程序出错或有人恶意占满平台"
NORMS = [
    Norm("limits.person", "int", "次", "一个人一分钟最多请求多少次", 3000, BASIS, "platform", 600, 100000),
    Norm("limits.heavy", "int", "次", "一个人一分钟最多导出多少次", 60, BASIS, "platform", 20, 6000),
    Norm("limits.token", "int", "次", "一个接口令牌一分钟最多请求多少次", 3000, BASIS, "platform", 300, 100000),
    Norm("limits.address", "int", "次", "一个网络地址一分钟最多请求多少次", 30000, BASIS, "platform", 6000, 1000000),
]
