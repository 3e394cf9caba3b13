"""The drill: every fault again and again, two worker hosts in networks of their own. Not part of `make test`."""
