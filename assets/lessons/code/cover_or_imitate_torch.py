import torch
from torch.nn.functional import softplus

x = torch.tensor([1.0, 0.0])  # a point on an island
mean, sigma = torch.tensor([0.8, 0.1]), torch.tensor([0.2, 0.9])
drawn = torch.tensor([0.9, 0.2])  # what the VAE makes of a code near mean

reconstruction = ((x - drawn) ** 2).sum() / (2 * 0.1**2)
kl = (mean**2 + sigma**2 - 2 * sigma.log() - 1).sum() / 2
vae = reconstruction + kl  # every point has to be reached

real, made = torch.tensor(1.2), torch.tensor(-0.7)  # the judge's logits
judge = softplus(-real) + softplus(made)  # real above, made below
drawer = softplus(-made)  # only what is made is judged
told = [vae, kl], [judge, drawer]
