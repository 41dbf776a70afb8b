"""What is measured of things when a page asks: beside each other, restored, unusual, and in bits."""
