"""Looks at a running installation and says in words what is wrong with it, and what to do."""
