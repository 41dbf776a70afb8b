import torch
from torch.nn.functional import one_hot

z = torch.tensor([0.5, -1.2])  # the style
weight = torch.arange(24.0).reshape(2, 12) / 10  # of a decoder of one layer, to two pixels

for y in (1, 7):  # the class that is asked for
    told = torch.cat([z, one_hot(torch.tensor(y), 10)])
    x = torch.sigmoid(weight @ told / 5)
told = z, x
