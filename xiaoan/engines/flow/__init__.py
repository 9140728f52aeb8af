"""Flow: cases that move from state to state. A flow is a declaration: states that own their words and colours,
and one table of moves; the engine says which moves are allowed, and runs one as a compare-and-swap with its
journal entry. A case is any scoped row with `state` and `step`. Cases that are late climb a ladder, bureau by bureau.
Its one table counts the numbers that cases and papers carry.

Always true: a move runs once; whoever saw an older step is told so and nothing happens.
"""
