"""`python -m bench`: runs the short benchmarks; `--help` of each module lists its arguments."""

import sys

from bench import execute_overhead, lint_speed


def main() -> int:
    """Run every benchmark that takes minutes, not hours; arguments go to the first."""
    return execute_overhead.main(sys.argv[1:]) or lint_speed.main([])


if __name__ == "__main__":
    sys.exit(main())
