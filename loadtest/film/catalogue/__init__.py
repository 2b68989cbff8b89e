"""The six series of the demo festival: what is told, in which words, in which pictures."""

from loadtest.film.catalogue.geranium_to_e4 import GERANIUM_TO_E4
from loadtest.film.catalogue.hands_remember import HANDS_REMEMBER
from loadtest.film.catalogue.lost_property import LOST_PROPERTY
from loadtest.film.catalogue.the_horse_came_back import THE_HORSE_CAME_BACK
from loadtest.film.catalogue.the_wind_report import THE_WIND_REPORT
from loadtest.film.catalogue.two_bars import TWO_BARS

CATALOGUE = (LOST_PROPERTY, THE_HORSE_CAME_BACK, GERANIUM_TO_E4, HANDS_REMEMBER, THE_WIND_REPORT, TWO_BARS)

__all__ = ["CATALOGUE"]
