"""``make bench``: how fast Usher is beside the bare minimum, as ratios that are measured in one run.

``python -m bench [core|checks|members|slack|discord|start ...] [--quick] [--markdown]``
"""
