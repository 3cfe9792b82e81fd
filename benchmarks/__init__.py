"""Speed and size, measured: `python -m benchmarks NAME [--quick] --json FILE`."""
