"""EFAAR kernels, maps, relations: profiles in, maps with replicate evidence out."""
