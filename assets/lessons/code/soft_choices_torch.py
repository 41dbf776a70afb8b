import torch

logits = torch.tensor([1.0, 0.5, 0.0], requires_grad=True)
gumbel = torch.tensor([0.2, 1.1, -0.4])  # -log(-log(u)), u uniform
temperature = 0.5

y = torch.softmax((logits + gumbel) / temperature, dim=0)
winner = int(y.argmax())
y[0].backward()
slope = logits.grad[0]
told = y.detach(), winner, slope
