# 两条命令:make demo 运行演示,make test 运行全部测试。
.PHONY: demo test check accuracy assets
demo: assets
	@.venv/bin/xiaoan demo
test: assets
	@scripts/bootstrap dev && scripts/test
check: assets
	@scripts/bootstrap dev && scripts/check
accuracy: assets
	@.venv/bin/xiaoan policies accuracy
assets:
	@scripts/bootstrap base && scripts/assets
