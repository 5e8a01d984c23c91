"""The chart. The only importer of pyqtgraph."""
