"""Static files under names that change with their content, so a browser never mixes two versions of a page's script."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "js/*.js"
"""Scripts of other people name modules that they do not ship."""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it ships without types
    """A script of ours that is cut into modules imports its parts by their hashed names too."""

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        OURS,
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001  # no public way
    )
