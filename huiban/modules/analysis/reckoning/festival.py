"""When 春节 is: the first day of the lunisolar year, by GB/T 33661-2017 《农历的编算和颁行》.

Kept as data, since new moons near midnight (2027, 2030) are too close for short formulae. The tests
reckon every date again by the standard's rules and hold them against the State Council's holidays.
"""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2050

# Month and day, five characters a year.
_DATES = (
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 "  # 2000
    "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "  # 2010
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 "  # 2020
    "0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 "  # 2030
    "0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 "  # 2040
    "0123 "  # 2050
)


def spring_festival(year: int) -> date:
    """正月初一 of that year. ValueError outside 2000 to 2050."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the date of 春节 {year} isn't known ({FIRST_YEAR} to {LAST_YEAR} are)")
    at = (year - FIRST_YEAR) * 5
    return date(year, int(_DATES[at : at + 2]), int(_DATES[at + 2 : at + 4]))
