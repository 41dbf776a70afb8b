import numpy as np

x = np.array([1.0, 0, 1, 1, 0, 1, 0, 1])  # a pixel of eight pictures
grey = np.linspace(0.001, 0.999, 999)[:, None]

squared = ((x - grey) ** 2).mean(1)
entropy = -(x * np.log(grey) + (1 - x) * np.log(1 - grey)).mean(1)
absolute = np.abs(x - grey).mean(1)
best = [grey[cost.argmin(), 0] for cost in (squared, entropy, absolute)]
told = best, [x.mean(), x.mean(), np.median(x)]
