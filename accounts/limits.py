"""How often one may try; sign-in counts in `accounts.backends`, where all its doors meet."""

from core.throttle import Limit

SIGN_UPS = Limit("sign-up", times=60, seconds=600)
REFRESHES = Limit("refresh", times=600, seconds=300)
RESETS = Limit("reset", times=20, seconds=3600)
RESETS_OF_ADDRESS = Limit("reset-address", times=3, seconds=3600)
