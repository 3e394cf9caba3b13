"""Pages of people: the list, registration, the chart; the intake's beside them."""
