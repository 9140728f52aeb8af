"""Sync: commands that a phone made without a network. Each has a client-made id and is carried out once,
however often it is sent; what the world overtook lands in a list for a person.
"""
