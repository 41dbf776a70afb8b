import numpy as np

logits = np.array([1.0, 0.5, 0.0])
gumbel = np.array([0.2, 1.1, -0.4])  # -log(-log(u)), u uniform
temperature = 0.5

powers = np.exp((logits + gumbel) / temperature)
y = powers / powers.sum()
winner = int(y.argmax())
slope = y[0] * (1 - y[0]) / temperature
told = y, winner, slope
