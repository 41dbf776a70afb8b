"""The test things that come with the program: LATENT_DATA_DIR=DATA python benchmarks/shipped_images.py

Draws 500 of each set's test things, as many of each class, and writes them to assets/examples with their licence and
checksum.
"""

from vae.data import load
from vae.datasets.bundled import draw, write
from vae.datasets.sources import stand_in

SENTENCES = {
    "mnist": "Yann LeCun and Corinna Cortes hold the copyright of MNIST, which derives from NIST’s original data; it "
    "is made available under the terms of Creative Commons Attribution-Share Alike 3.0 "
    "(https://creativecommons.org/licenses/by-sa/3.0), as the documentation of Keras says "
    "(https://keras.io/api/datasets/mnist) and so did http://www.pymvpa.org/datadb/mnist.html. These 500 images are "
    "under the same licence, unchanged.",
    "fashion-mnist": "The MIT License, Copyright © 2017 Zalando SE, https://tech.zalando.com; its text stands in "
    "README.md beside this file. These 500 images are unchanged.",
    "names": "Figures of the US government are in the public domain in the United States (17 USC 105); the list of "
    "makemore that has them is under the MIT License. These 500 first names are unchanged.",
    "qm9": "The Apache License 2.0, as the list of the SELFIES project, https://github.com/aspuru-guzik-group/selfies, "
    "which has them after Ramakrishnan et al. 2014, doi 10.1038/sdata.2014.22. These 500 molecules are spelt anew, in "
    "symbols of SELFIES and without their hands.",
}
"""Why each may be passed on. A set of which nobody says so is not in here."""


def main() -> None:
    for name, sentence in SENTENCES.items():
        test = load(name).test
        # What stands in for a set has had the first numbers in addresses, and keeps them.
        first = len(load(stand_in(name)).test) if stand_in(name) else 0
        file = write(name, test, draw(test, first), sentence)
        print(f"{file}: {file.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
