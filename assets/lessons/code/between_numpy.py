import numpy as np

random = np.random.default_rng(1)
z = random.standard_normal((100_000, 16))
far = np.linalg.norm(z, axis=1)
near = (far < 2).mean()
mean_square = (far**2).mean()

a, b, t = np.eye(16)[0] * 4, np.eye(16)[1] * 4, 0.5
middle = np.linalg.norm((1 - t) * a + t * b)
told = near, mean_square, middle
