"""How a rule file does on past tickets: gathered here, drawn as one page of HTML.

Imports the engine and the tables; nothing imports it but the command line.
"""
