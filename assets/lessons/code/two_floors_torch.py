import torch

noise = torch.tensor([[0.4, -1.1], [0.9, 0.3]])  # standard normal, a row each floor
weight = torch.tensor([[0.8, -0.2], [0.1, 0.5]])

upper = noise[0]  # its prior is N(0, I)
mean = torch.tanh(weight @ upper)  # the upper floor tells the lower
sigma = torch.exp(-0.5 + 0.1 * weight @ upper)
lower = mean + sigma * noise[1]
z = torch.cat([upper, lower])  # the decoder sees both

anew = torch.tensor([-0.7, 1.6])
z_lower = torch.cat([upper, mean + sigma * anew])  # upstairs stays
told = z, z_lower
