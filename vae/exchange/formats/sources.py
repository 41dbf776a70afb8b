"""What a model in plain PyTorch needs that torch.nn has not, as the source of a module."""

from vae.plans.layers import UNIT, Cells, Codebook, Known, Places, Residual, Unit

RESIDUAL = '''class Residual(nn.Module):
    """Add to the input what two 3x3 convolutions make of it. He et al. 2016, arXiv 1603.05027."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        first, second = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.body = nn.Sequential(nn.SiLU(), first, nn.SiLU(), second)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


'''

SUMMED = f'''class Summed(nn.Module):
    """Bring the sizes of each row to one sum; nothing but zeros stays as it is."""

    def forward(self, x: Tensor) -> Tensor:
        return x * ({UNIT:g} / (x.abs().sum(1, keepdim=True) + 1e-6))


'''

HEARD = '''class Heard(nn.Module):
    """Put 0 where a number is missing, NaN, and say beside it where there is one; each row is a line of its own."""

    def forward(self, x: Tensor) -> Tensor:
        lines = x.flatten(1, 2).unsqueeze(2)
        missing = lines.isnan()
        return torch.cat([lines.masked_fill(missing, 0.0), (~missing).to(x.dtype)], dim=1)


'''

CELLS = '''class InCells(nn.Conv2d):
    """The same units at each place of a grid, [n, inputs, H, W]; what they give is laid out cell after cell."""

    def __init__(self, inputs: int, outputs: int, parts: int) -> None:
        super().__init__(inputs, outputs, 1)
        self.parts = parts

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).flatten(2).unflatten(1, (self.parts, -1)).transpose(2, 3).flatten(1)


'''

PLACES = '''class OnPlaces(nn.Conv2d):
    """The same units for each cell of a code; what they give is laid out on a grid, [n, outputs, H, W]."""

    def __init__(self, inputs: int, outputs: int, size: tuple[int, int]) -> None:
        super().__init__(inputs, outputs, 1)
        self.size = size

    def forward(self, z: Tensor) -> Tensor:
        return super().forward(z.unflatten(1, (-1, self.in_channels)).transpose(1, 2).unflatten(2, self.size))


'''

CODEBOOK = '''class Embedded(nn.Module):
    """Shares of codes, cell after cell, to the mean of their vectors. van den Oord et al. 2017, arXiv 1711.00937."""

    weight: Tensor

    def __init__(self, codes: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(codes, codes))

    def forward(self, z: Tensor) -> Tensor:
        return (z.unflatten(1, (-1, len(self.weight))) @ self.weight).flatten(1)


'''

BEFORE = '''class Before(nn.Module):
    """How likely each code is in a cell, by those before it. Larochelle & Murray 2011, PMLR 15."""

    def __init__(self, cells: int, codes: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.zeros(hidden))
        if cells > 1:
            self.reads = nn.Parameter(torch.zeros(cells - 1, codes, hidden))
        self.says = nn.Parameter(torch.zeros(cells, hidden, codes))
        self.says_alone = nn.Parameter(torch.zeros(cells, 1, codes))

    def draw(self, noise: Tensor) -> Tensor:
        known, drawn = self.first.expand(len(noise), -1), []
        for cell, (says, alone) in enumerate(zip(self.says, self.says_alone)):
            if cell:
                known = known + drawn[-1] @ self.reads[cell - 1]
            likely = known.relu() @ says + alone + noise[:, cell]
            drawn.append((likely >= likely.amax(-1, keepdim=True)).float())
        return torch.stack(drawn, 1)


'''

CLASSES: dict[type, str] = {
    Residual: RESIDUAL,
    Unit: SUMMED,
    Known: HEARD,
    Cells: CELLS,
    Places: PLACES,
    Codebook: CODEBOOK + BEFORE,
}
"""What a layer needs that torch.nn has not."""
