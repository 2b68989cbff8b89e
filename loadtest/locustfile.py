"""The crowd: `locust -f loadtest/locustfile.py --host URL`. Fails where a budget of budgets.py is broken."""

from loadtest.budgets import hold_budgets
from loadtest.users.viewer import Viewer
from loadtest.users.voter import Voter

hold_budgets()

__all__ = ["Viewer", "Voter"]
