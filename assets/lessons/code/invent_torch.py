import torch

codes = torch.tensor([[0.3, 1.2], [-0.8, 0.4], [4.1, 2.2], [6.0, -1.5], [-2.2, 0.9]])
noise = torch.tensor([[0.5, -1.1], [1.4, 0.2], [-0.7, 0.8]])

mean = codes.mean(0)
root = torch.linalg.cholesky(torch.cov(codes.T))  # an autoencoder has no prior: fit a bell
z = mean + noise @ root.T
far = torch.cdist(z, codes).amin(1)  # from all that was learnt
told = z, noise, far
