"""The views of the advanced charts: each shows one kind of picture of the whole market.

May import what is below ui, and the parts of ui that all panels use; never docks.
"""
