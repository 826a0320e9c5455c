"""`./meemap bench`: what the product costs, beside the limit and beside peers, in one run on one database."""
