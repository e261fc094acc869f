"""The pages of the portal, a module for each kind of visitor; each asks the guard before anything else."""
