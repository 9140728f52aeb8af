"""People, posts and rights. A person holds posts; a post gives a role at a unit from a day to a day;
a role is a set of named rights. Two verbs only: `visible_to(actor, right)` and `actor.may(right, path)`.
"""
