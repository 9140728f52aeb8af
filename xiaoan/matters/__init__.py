"""Matters: what lies around a school and between people: surroundings, disputes, petitions and enquiries, each with the
partner body or unit that handles it; peak duty, patrols by grid, the safety zone, campaigns, circulars, key persons.

Always true: no journal entry holds the words of a matter; a restricted clue is read by the police that it went to and the
keeper whom the county named; mediation is read by those in the case and the named keeper, and stands in no list.
"""
