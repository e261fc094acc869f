"""The service: the library over HTTP, for programs in any language.

It imports the public names of the library, the memory of decisions, and what the extra "service" brings.
"""
