"""Units: the tree of province, city, county, township and school, with departments and partner bodies.

A unit has a path of four characters a level. Every row that belongs to a unit carries that path and the
county's, so that a list at any rank is one index range. Always true: a unit's path starts with its parent's.
"""
