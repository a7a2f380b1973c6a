"""A tamper-evident log of bytes: entries of salted commitments, chains, a Merkle tree, signed checkpoints, witnesses, proofs."""
