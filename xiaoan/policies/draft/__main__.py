"""python -m xiaoan.policies.draft FILE [--json]: print a document's draft."""

import argparse
import json
import sys

from . import Draft, UnreadableDocument, draft_text, read_file


def main(arguments: list[str] | None = None) -> int:
    """Print the draft as JSON, or as lines for a person; 2 when the file cannot be read."""
    parser = argparse.ArgumentParser(prog="xiaoan.policies.draft", description="从文件起草要求")
    parser.add_argument("file", help="方案或通知：.txt、.docx、.pdf")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    chosen = parser.parse_args(arguments)
    try:
        draft = draft_text(read_file(chosen.file))
    except UnreadableDocument as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(draft.as_json(), ensure_ascii=False, indent=1) if chosen.json else _as_lines(draft))
    return 0


def _as_lines(draft: Draft) -> str:
    lines = [draft.title or "（没有标题）"]
    for clause in draft.clauses:
        lines.append(clause.heading)
        for item in clause.requirements:
            when = item.every or (item.deadline.isoformat() if item.deadline else "")
            lines.append(f"  {item.kind}\t{when}\t{'、'.join(item.actors)}\t{item.practice}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
