"""Drawings on the chart: tools, their geometry, painting, and the hand that makes and moves them.

``hand.py`` turns events into changes of the DrawingBook, ``layer.py`` paints what the book has.
A tool says in ``sketch`` what a drawing consists of; hit tests and painting follow from that.
"""
