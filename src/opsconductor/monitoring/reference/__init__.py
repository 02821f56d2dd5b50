"""The reference pages and the generated parts of the runbooks."""
