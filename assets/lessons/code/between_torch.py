import torch

torch.manual_seed(1)
z = torch.randn(100_000, 16)
far = z.norm(dim=1)
near = (far < 2).double().mean()
mean_square = (far**2).double().mean()

a, b, t = torch.eye(16)[0] * 4, torch.eye(16)[1] * 4, 0.5
middle = torch.lerp(a, b, t).norm()
told = near, mean_square, middle
