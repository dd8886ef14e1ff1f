"""Makes as many plausible courses as one asks for, to measure and to try things with.

``values`` says what the course of a seed and a number is: pure, the same every time. ``writer``
puts courses into the database table by table, ``removal`` takes them away. A generated course is
recognised by its translation key (``keys``), which nobody edits: a second run makes what is
missing, and what editors made is never taken for generated.
"""
