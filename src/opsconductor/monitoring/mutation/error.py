"""What can go wrong with a proof, and is expected to."""


class ProofError(Exception):
    """Nothing can be proven; the message says why and what to do."""


class RuleFileError(ProofError):
    """The file holds no rules that can be judged; the message names file and line."""
