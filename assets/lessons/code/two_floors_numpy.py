import numpy as np

noise = np.array([[0.4, -1.1], [0.9, 0.3]])  # standard normal, a row each floor
weight = np.array([[0.8, -0.2], [0.1, 0.5]])

upper = noise[0]  # its prior is N(0, I)
mean = np.tanh(weight @ upper)  # the upper floor tells the lower
sigma = np.exp(-0.5 + 0.1 * weight @ upper)
lower = mean + sigma * noise[1]
z = np.concatenate([upper, lower])  # the decoder sees both

anew = np.array([-0.7, 1.6])
z_lower = np.concatenate([upper, mean + sigma * anew])  # upstairs stays
told = z, z_lower
