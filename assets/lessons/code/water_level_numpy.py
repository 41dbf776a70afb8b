import numpy as np

variances = np.array([5.11, 3.74, 3.24, 2.84, 2.55, 2.27, 0.9, 0.4])
beta, sigma = 1.0, 1.0

level = beta * sigma**2
used = variances > level
kl = np.where(used, np.log(variances / level) / 2, 0.0)
left_over = np.where(used, level**2 / variances, variances)
told = used.sum(), kl.sum(), left_over.sum()
