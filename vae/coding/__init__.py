"""Things as bits: without loss by bits-back coding, with loss by the code alone, and what ordinary formats take."""
