import torch
from torch.distributions import Normal, kl_divergence

x, spread = 1.2, 0.5  # the decoder expects x to be z
beta = torch.tensor([0.1, 1.0, 10.0])
mean = torch.zeros(3, requires_grad=True)
log_sigma = torch.zeros(3, requires_grad=True)
search = torch.optim.LBFGS([mean, log_sigma], max_iter=200, line_search_fn="strong_wolfe")


def loss():
    q = Normal(mean, log_sigma.exp())
    reconstruction = ((x - mean) ** 2 + q.variance) / (2 * spread**2)
    kl = kl_divergence(q, Normal(0.0, 1.0))
    return reconstruction, kl, reconstruction + beta * kl


def step():
    search.zero_grad()
    total = loss()[2].sum()
    total.backward()
    return total


search.step(step)
told = [each.detach() for each in loss()]
