from xiaoan.kernel.actor import Right

RIGHTS = [Right("connect.manage", "管理本范围内的接口令牌和推送", frozenset({"system_administrator"}))]
