"""The waiting list: kept by the desk, told by bookings what came free, swept each minute, answered by link.

`hearing` is what bookings call, and knows no deed of theirs; `keeping`, `offering` and `answering` stand above them.
"""
