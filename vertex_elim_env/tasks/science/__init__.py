"""Functions from science and engineering, each written from its source, by domain."""
