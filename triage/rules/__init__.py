"""The rule language: read a rule file, compile its lists, find its rules in a text.

Imports the value modules and ``triage.reading``, never a model and never the engine.
"""
