import torch  # [1]

x = torch.tensor([0.86, 0.52])  # [1]
mean = torch.tensor(0.5, requires_grad=True)  # [2]
sigma = torch.tensor(0.3, requires_grad=True)  # [2]
noise = torch.tensor(1.2)  # [3]

z = mean + sigma * noise  # [4]
expected = torch.stack([z.sin(), z.cos()])  # [5]
reconstruction = ((x - expected) ** 2).sum() / (2 * 0.15**2)  # [6]
kl = (mean**2 + sigma**2 - 2 * sigma.log() - 1) / 2  # [7]
loss = reconstruction + kl  # [8]
loss.backward()  # [9 10 11 12]
slopes = mean.grad, sigma.grad  # [10 11 12]
