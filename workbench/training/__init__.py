"""The one training loop, checkpoints (safetensors) and model registry entries."""
