"""The closing minute: doors open, people arrive and watch, credits roll, everybody votes.

`locust -f loadtest/closing.py --headless --host URL --orders FILE`; `make bench-closing` writes the orders, runs this
and judges what comes of it.
"""

import gc
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from locust import LoadTestShape, events
from locust.env import Environment

from loadtest.budgets import hold_budgets
from loadtest.crowd import users_at
from loadtest.history import Orders, save
from loadtest.users.guest import Guest

#: Seconds before the credits.
_BEFORE = 5.0


class Closing(LoadTestShape):
    orders: Orders

    def tick(self) -> tuple[int, float] | None:
        """The doors open when locust asks for the first time."""
        Guest.begins = Guest.begins or time.monotonic()
        if gc.isenabled() and time.monotonic() - Guest.begins > self.orders.evening.credits - _BEFORE:
            # Thousands of phones in one process: to go through them takes this one half a second, and phones nothing.
            gc.collect()
            gc.disable()
        present = self.runner.user_count if self.runner else 0
        return users_at(self.orders.evening, time.monotonic() - Guest.begins, present)


def take_orders(environment: Environment, **_: object) -> None:
    given: Any = environment.parsed_options
    Guest.orders = Closing.orders = msgspec.json.decode(Path(given.orders).read_bytes(), type=Orders)


def give_history(environment: Environment, **_: object) -> None:
    save(Guest.history(), Path(Guest.orders.history))


def with_orders(parser: ArgumentParser) -> None:
    parser.add_argument("--orders", required=True, help="a file with the evening, its award and where votes go")


listeners: Any = events  # the library does not type its listeners
listeners.init_command_line_parser.add_listener(with_orders)
listeners.init.add_listener(take_orders)
listeners.quitting.add_listener(give_history)
hold_budgets()

__all__ = ["Closing", "Guest"]
