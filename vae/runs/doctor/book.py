"""What is said of a codebook: whether most of it is left alone."""

from vae.plans.choices import codes_of
from vae.runs.doctor.case import Case, Finding

FEW = 0.25
"""Share of its codes that a codebook is used like, below which most of it is left alone. 5,000 digits used 32 codes
like 27 in the end, and like 4 to 7 before those that were not chosen had begun again."""

ALIKE = "perplexity of codes"


def hardly_used(case: Case) -> Finding | None:
    """Find a codebook of which few codes do all the work."""
    alike = case.recent(ALIKE)
    if case.early or alike is None:
        return None
    options = case.config.settled().options
    codes = codes_of(case.config.latent_dims, options)
    # Of two codes one may well be the usual one.
    if codes <= 2 or alike >= max(FEW * codes, 1.5):
        return None
    said = (
        f"Of {codes} codes so few do the work that they are as many as {alike:.1f} used alike: cells can hardly tell "
        "things apart, and reconstructions are much the same."
    )
    commitment = options["commitment"]
    change = (
        f"Train with a smaller learning rate (now {case.setting('learning_rate'):.2g}), so that the codes can follow "
        f"their vectors, and with another commitment (now {commitment:g}); or with fewer codes."
    )
    return Finding("codebook", "warning", "The codebook has collapsed", said, change)
