import numpy as np

z = np.array([0.5, -1.2])  # the style
weight = np.arange(24.0).reshape(2, 12) / 10  # of a decoder of one layer, to two pixels

for y in (1, 7):  # the class that is asked for
    told = np.concatenate([z, np.eye(10)[y]])
    x = 1 / (1 + np.exp(-weight @ told / 5))
told = z, x
