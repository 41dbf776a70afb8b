import numpy as np

cloth = np.array([0.4, 0.5, 0.6, 0.3])  # grey all over
digit = np.array([0.0, 1.0, 0.02, 0.0])  # nearly black and white


def nats(x, p):
    return -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum()


for x, error in ((cloth, 0.01), (digit, 0.1)):
    p = x.clip(0.01, 0.99)
    floor = nats(p, p)  # drawn exactly
    cost = nats(p, (p + error).clip(0.01, 0.99))
normal = np.array([230, 190, 260, 210])
unusual = np.array([205, 180, 240])
auroc = (unusual[:, None] > normal).mean()
told = [floor, cost - floor], [auroc]
