import numpy as np

mean = np.array([0.6, -1.1])
sigma = np.array([0.05, 0.04])


def cost(mean, sigma):
    return (mean**2 + sigma**2 - np.log(sigma**2) - 1).sum() / 2


kl = cost(mean, sigma)
wider = cost(mean, 2 * sigma)
told = kl, wider, kl - wider
