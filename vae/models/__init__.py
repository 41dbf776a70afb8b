"""One file a family of models; vae/families.py names them."""
