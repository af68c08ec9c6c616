"""The documentation site: pages made from the code and the catalogue when it is built, by ``make docs``."""
