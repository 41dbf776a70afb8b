import torch
from torch.nn.functional import binary_cross_entropy

cloth = torch.tensor([0.4, 0.5, 0.6, 0.3])  # grey all over
digit = torch.tensor([0.0, 1.0, 0.02, 0.0])  # nearly black and white


def nats(x, p):
    return binary_cross_entropy(p, x, reduction="sum")


for x, error in ((cloth, 0.01), (digit, 0.1)):
    p = x.clamp(0.01, 0.99)
    floor = nats(p, p)  # drawn exactly
    cost = nats(p, (p + error).clamp(0.01, 0.99))
normal = torch.tensor([230, 190, 260, 210])
unusual = torch.tensor([205, 180, 240])
auroc = (unusual[:, None] > normal).float().mean()
told = [floor, cost - floor], [auroc]
