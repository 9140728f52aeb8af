"""A system that connects: python example_client.py https://site token. See interfaces.md."""

import hashlib, hmac, sys, time, uuid  # noqa: E401, I001

import requests


class Xiaoan:
    def __init__(self, site: str, token: str) -> None:
        self.site, self.http = site.rstrip("/"), requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **more):
        try:
            answer = self.http.request(method, f"{self.site}/api/{path}", timeout=30, **more)
        except requests.ConnectionError:  # once more: what writes carries its key, and happens once
            answer = self.http.request(method, f"{self.site}/api/{path}", timeout=30, **more)
        if not answer.ok:  # every refusal has a code for programs and a sentence for people
            raise RuntimeError("{code}: {detail}".format(**answer.json()))
        return answer.json()

    def rows(self, path: str, **filters):
        page = {"after": ""}
        while "rows" not in page or page["after"]:
            page = self.ask("GET", path, params={**filters, "after": page["after"], "limit": 200})
            yield from page["rows"]

    def write(self, path: str, body: dict):
        return self.ask("POST", path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})


def is_genuine(secret: str, header: str, body: bytes) -> bool:  # X-Xiaoan-Signature, not older than five minutes
    told = dict(part.split("=", 1) for part in header.split(","))
    right = hmac.new(secret.encode(), f"{told['t']}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, told["v1"]) and abs(time.time() - int(told["t"])) < 300


if __name__ == "__main__":
    xiaoan = Xiaoan(*sys.argv[1:])
    print(xiaoan.ask("GET", "me/")["name"])
    print(xiaoan.write("records/", {"sheet": "general", "answers": {"title": "接口试记一条"}})["id"])
    print(sum(1 for _ in xiaoan.rows("records/")), "条记录")
