"""The phone: one installed page that works without a network. The server gives it its frame and its data
as JSON; everything is drawn on the phone, and what is written goes through sync as commands.
"""
