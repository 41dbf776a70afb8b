import numpy as np

codes = np.array([[0.3, 1.2], [-0.8, 0.4], [4.1, 2.2], [6.0, -1.5], [-2.2, 0.9]])
noise = np.array([[0.5, -1.1], [1.4, 0.2], [-0.7, 0.8]])

mean = codes.mean(0)
root = np.linalg.cholesky(np.cov(codes.T))  # an autoencoder has no prior: fit a bell
z = mean + noise @ root.T
far = np.linalg.norm(z[:, None] - codes, axis=2).min(1)  # from all that was learnt
told = z, noise, far
