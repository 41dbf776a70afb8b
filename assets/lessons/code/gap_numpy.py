import numpy as np

x, spread = 1.2, 0.5
z = np.linspace(-8, 8, 4001)


def normal(at, mean, sigma):
    return np.exp(-(((at - mean) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))


joint = normal(z, 0, 1) * normal(x, z, spread)
log_evidence = np.log(np.trapezoid(joint, z))
posterior = joint / np.exp(log_evidence)
q = normal(z, 0.7, 0.6)
elbo = np.trapezoid(q * np.log(joint / q), z)
told = log_evidence, elbo, np.trapezoid(q * np.log(q / posterior), z)
