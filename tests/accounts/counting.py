from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """Counts how often it worked."""

    algorithm = "counting"
    _hashes = 0

    def encode(self, password, salt):
        type(self)._hashes += 1
        return super().encode(password, salt)

    @classmethod
    def num_hashes(cls):
        return cls._hashes
