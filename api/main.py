"""The entry of the server: `granian --interface asgi api.main:app`."""

from api.app import create_asgi
from api.settings import Settings

app = create_asgi(Settings.from_env())
