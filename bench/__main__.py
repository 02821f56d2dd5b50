"""`python -m bench`: runs the short benchmarks; `--help` of each module lists its arguments."""

import sys

from bench import execute_overhead


def main() -> int:
    """Run every benchmark that takes minutes, not hours."""
    return execute_overhead.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
