import numpy as np

x = np.array([1.0, 0.0])  # a point on an island
mean, sigma = np.array([0.8, 0.1]), np.array([0.2, 0.9])
drawn = np.array([0.9, 0.2])  # what the VAE makes of a code near mean

reconstruction = ((x - drawn) ** 2).sum() / (2 * 0.1**2)
kl = (mean**2 + sigma**2 - 2 * np.log(sigma) - 1).sum() / 2
vae = reconstruction + kl  # every point has to be reached

real, made = 1.2, -0.7  # the judge's logits
judge = np.log1p(np.exp(-real)) + np.log1p(np.exp(made))  # real above, made below
drawer = np.log1p(np.exp(-made))  # only what is made is judged
told = [vae, kl], [judge, drawer]
