"""What is wrong, or looks wrong, with a rule file: a module for each family of checks.

Imports the engine, since examples are judged by the code that answers tickets.
"""
