"""Measures made from a run: coverage, bottleneck, concentration, cell cost, published figures beside ours."""
