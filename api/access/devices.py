"""What a session was opened on, kept as coarse as somebody needs to know their own again."""

from api.access.schemas import Device

#: Signs of a user agent and the word for them. The first that is there counts: browsers name those they resemble too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> Device:
    """Of "Mozilla/5.0 (Linux; Android 16) ... Chrome/142.0" it says Chrome and Android, and nothing else is kept."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(signs: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((word for sign, word in signs if sign in user_agent), "")
