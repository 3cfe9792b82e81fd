"""Conformers: generate, score, prune, RMSD."""
