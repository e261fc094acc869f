"""The model: a linear classifier that says something of tickets, what trains it, and what keeps it.

Scoring (`document`, `weights`, `score`, `folder`) needs numpy alone and imports values and reading. The other
modules come with the extra `train`; they are given what suggests, and never import the rules or the engine.
"""
