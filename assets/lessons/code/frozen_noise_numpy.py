import numpy as np  # [1]

x = np.array([0.86, 0.52])  # [1]
mean, sigma = 0.5, 0.3  # [2]
noise = 1.2  # [3]

z = mean + sigma * noise  # [4]
expected = np.array([np.sin(z), np.cos(z)])  # [5]
reconstruction = ((x - expected) ** 2).sum() / (2 * 0.15**2)  # [6]
kl = (mean**2 + sigma**2 - 2 * np.log(sigma) - 1) / 2  # [7]
loss = reconstruction + kl  # [8]
at_z = (expected - x) @ [np.cos(z), -np.sin(z)] / 0.15**2  # [9]
slopes = at_z + mean, at_z * noise + sigma - 1 / sigma  # [10 11 12]
