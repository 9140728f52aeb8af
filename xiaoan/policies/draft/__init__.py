"""Draft requirements from the text of a Chinese policy document, offline and the same every time.

Owns the reading of files (read_file) and of prose (draft_text). A draft is a proposal: a person
confirms it. Always true: any text gives a Draft; every place counts characters of the text with
white space removed; every value found carries the words that it was read from.
"""

from .documents import draft_text
from .model import Clause, Draft, Requirement
from .text import UnreadableDocument, read_bytes, read_file

__all__ = ["Clause", "Draft", "Requirement", "UnreadableDocument", "draft_text", "read_bytes", "read_file"]
