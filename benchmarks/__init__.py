"""What pages weigh and cost: `python -m benchmarks`, or `make bench`."""
