"""How dates may be typed, by language: the ways that people here write them, day before month.

Django's own Swedish formats read 1/6/27 as the sixth of January.
"""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d/%m/%y"]
DATETIME_INPUT_FORMATS = [
    f"{date} {time}" for date in DATE_INPUT_FORMATS for time in ("%H:%M", "%H:%M:%S", "%H.%M")
] + DATE_INPUT_FORMATS
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M"]
