"""Static files under names that change with their content, so that browsers keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Writes the hashed names of our modules into those that import them.

    Otherwise a new module would import its neighbours by names that never change, and a browser
    would run it beside those that were deployed before. Django can do so for all files at once,
    but stumbles over what other packages bring.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (r"""(?P<matched>\bfrom\s*["'](?P<url>\.[^"']+)["'])""", 'from "%(url)s"'),
                (r"""(?P<matched>\bimport\s*["'](?P<url>\.[^"']+)["'])""", 'import "%(url)s"'),
                (
                    r"""(?P<matched>\bimport\(\s*["'](?P<url>\.[^"']+)["']\s*\))""",
                    'import("%(url)s")',
                ),
            ),
        ),
    )
