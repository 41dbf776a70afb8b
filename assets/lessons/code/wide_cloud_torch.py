import torch
from torch.distributions import Normal, kl_divergence

mean = torch.tensor([0.6, -1.1])
sigma = torch.tensor([0.05, 0.04])

q = Normal(mean, sigma)
prior = Normal(torch.zeros(2), torch.ones(2))
kl = kl_divergence(q, prior).sum()
wider = kl_divergence(Normal(mean, 2 * sigma), prior).sum()
told = kl, wider, kl - wider
