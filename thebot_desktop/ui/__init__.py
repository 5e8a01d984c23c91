"""What a person sees and clicks. The only package that knows Qt exists.

Imports app and below.
"""
