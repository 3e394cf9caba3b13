"""Timings, by `make bench` only: no test of the suite reads a clock."""
