"""The Client Portal and the technicians' queue: pages of the service, and what keeps them up to date.

It imports the service and the history; of all else only ``triage.portal.join`` is known, by the application.
"""
