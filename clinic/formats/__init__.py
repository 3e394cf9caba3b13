"""How dates, times and numbers look and are typed: India's way, in each language."""
