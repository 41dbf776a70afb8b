"""One file a family of models; `FAMILIES` names them."""

from vae.models.gaussian import GaussianVAE

FAMILIES = {"gaussian": GaussianVAE}
