"""The command line: the parser, and one file per headless command. No Qt.

Imports bootstrap and below.
"""
