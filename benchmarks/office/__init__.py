"""What several benchmarks are run on: a generated market of any size, a trained model."""
