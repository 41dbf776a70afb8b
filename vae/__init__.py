"""A small, exact package of variational autoencoders: train, measure, keep and explore them."""

import os

__version__ = "0.1.0"

# Two OpenMP threads that spin while they wait make training beside any other work 7-9 times slower.
# OpenMP reads this once, when torch is loaded, so it stands at the package's door.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# ONNX Runtime would otherwise note each session down for another host, and leave files of its own in the home folder.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
