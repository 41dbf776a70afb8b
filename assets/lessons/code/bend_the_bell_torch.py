import torch
from torch.distributions import Normal
from torch.func import jacrev, vmap

noise = torch.tensor([[0.5, -1.1], [1.4, 0.2], [-0.7, 0.8]])
bell = Normal(torch.zeros(2), torch.tensor([1.0, 0.35]))
bend = 0.7


def flow(z):
    return torch.stack([z[0], z[1] + bend * z[0] ** 2])


z = bell.mean + bell.stddev * noise
log_q = bell.log_prob(z).sum(1)
log_det = torch.linalg.slogdet(vmap(jacrev(flow))(z)).logabsdet  # 0: moved, not stretched
told = vmap(flow)(z), log_q - log_det
