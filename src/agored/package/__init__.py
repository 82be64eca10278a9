"""Package: write what is to be published as a Data Package, and verify one wherever it lies.

``write_package`` makes the folder, ``zip_package`` the archive beside it, ``sums`` the list of checksums of any
folder, ``content_hash`` the name of a content. ``package.verify`` checks a folder, an archive or an address,
and needs none of the libraries that make a package.
"""

from agored.package.content import FORMAT, content_hash
from agored.package.files import SUMS, sums, zip_package
from agored.package.write import Packaged, write_package

__all__ = ["FORMAT", "SUMS", "Packaged", "content_hash", "sums", "write_package", "zip_package"]
