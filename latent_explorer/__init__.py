"""The app, as an installed package: `latent-explorer` serves it; pip puts app.py, pages, web and assets beside this."""
