import numpy as np

noise = np.array([[0.5, -1.1], [1.4, 0.2], [-0.7, 0.8]])
bend = 0.7

z = noise * [1.0, 0.35]  # from the bell
log_q = -(noise**2).sum(1) / 2 - np.log(2 * np.pi * 0.35)
moved = np.stack([z[:, 0], z[:, 1] + bend * z[:, 0] ** 2], 1)
slopes = np.array([[[1.0, 0.0], [2 * bend * a, 1.0]] for a in z[:, 0]])
log_det = np.linalg.slogdet(slopes)[1]  # 0: moved, and not stretched
told = moved, log_q - log_det
