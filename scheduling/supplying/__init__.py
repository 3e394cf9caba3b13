"""What times there are to book: places and rooms, types of visit, who gives which, weekly hours, leave, extra clinics.

Closed days change when letters go as well: those are set in `setting_places`.
"""
