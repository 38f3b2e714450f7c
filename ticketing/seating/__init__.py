"""Halls drawn once: which seats there are, who sits beside whom, and which are the best ones.

Nothing in here asks a database. A layout is read into a `Plan`; states are one letter a seat.
"""
