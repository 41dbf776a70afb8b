import torch
from torch.distributions import Normal, kl_divergence

x, spread = torch.tensor(1.2, dtype=torch.double), 0.5
prior = Normal(torch.tensor(0.0, dtype=torch.double), 1.0)
q = Normal(torch.tensor(0.7, dtype=torch.double), 0.6)

log_evidence = Normal(0.0, (1 + spread**2) ** 0.5).log_prob(x)
posterior = Normal(x / (1 + spread**2), (spread**2 / (1 + spread**2)) ** 0.5)
miss = (x - q.mean) ** 2 + q.variance
expected = Normal(x, spread).log_prob(x) - miss / (2 * spread**2)
elbo = expected - kl_divergence(q, prior)
told = log_evidence, elbo, kl_divergence(q, posterior)
