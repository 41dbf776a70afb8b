"""Models as torch has them: what all families share; vae/models/families/ has a file for each."""
