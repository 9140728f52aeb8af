"""Hazards: from the first photo to the closing by somebody else. What patrols, inspections, people and partners find
ends here, as one case.

Words: a case is *reported*, *judged* (category and level), *assigned* with five decisions, *fixed*, *handed in*,
*verified* and *closed* (a major one is struck off). A *listing* puts a case under supervision (挂牌督办).
Always true: while a case is open somebody holds it and it has a due day; who fixed it never verifies it; a check that
fails reopens the same case.
"""
