"""What can be wrong with a page that people and `generate` both write."""


class RunbookError(ValueError):
    """A page's marks or queries are broken; the text says where and what to do."""
