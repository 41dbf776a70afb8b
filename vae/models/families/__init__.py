"""The families of models, a file each; vae/families.py lists them."""
