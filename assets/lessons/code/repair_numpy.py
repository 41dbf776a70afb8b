import numpy as np

x = np.array([0.0, 0.2, 0.9, 1.0])  # the original
noise = np.array([0.5, -1.0, 0.3, -0.4])
weight = np.arange(8.0).reshape(2, 4) / 10  # encoder and decoder

for amount in (0.05, 0.5):
    spoiled = x + amount * noise
    z = weight @ spoiled  # sees the noisy picture
    restored = 1 / (1 + np.exp(-weight.T @ z))
    loss = -(x * np.log(restored) + (1 - x) * np.log(1 - restored)).sum()  # judged on the clean one
told = restored, [loss]
