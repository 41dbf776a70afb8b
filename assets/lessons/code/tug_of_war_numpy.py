import numpy as np

x, spread = 1.2, 0.5  # the decoder expects x to be z
beta = np.array([0.1, 1.0, 10.0])

# The best cloud, where the slopes of reconstruction + beta * kl are 0.
mean = x / (1 + beta * spread**2)
sigma = np.sqrt(beta * spread**2 / (1 + beta * spread**2))
reconstruction = ((x - mean) ** 2 + sigma**2) / (2 * spread**2)
kl = (mean**2 + sigma**2 - np.log(sigma**2) - 1) / 2
told = reconstruction, kl, reconstruction + beta * kl
