"""The process that makes a PDF from HTML; started by `pdf.py` alone.

Run as a file, isolated (`python -I -B`), it knows neither Django nor the settings nor a secret.
It reads HTML from standard input and writes the PDF. The only addresses that it opens are the
fonts beside it: `font:NAME`. Whatever else a text may name is not fetched, neither from the
network nor from a disk.

    python -I -B pdf_child.py FOLDER_OF_FONTS
"""

import io
import resource
import sys
from pathlib import Path

CPU_SECONDS = 40
ADDRESS_SPACE_BYTES = 2 * 1024**3
FILE_BYTES = 16 * 1024**2  # fonts are unpacked into a temporary folder

resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from weasyprint import HTML  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: E402


class Fonts(URLFetcher):
    """Opens a font of the folder by its name, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=())
        self.known = {path.name: path for path in folder.glob("*.woff2")}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme != "font" or name not in self.known:
            raise FatalURLFetchingError("a paper fetches nothing")
        return URLFetcherResponse(url, self.known[name].read_bytes(), {"Content-Type": "font/woff2"})


if __name__ == "__main__":
    text = sys.stdin.buffer.read().decode("utf-8")
    made = io.BytesIO()
    HTML(string=text, base_url=None, url_fetcher=Fonts(Path(sys.argv[1]))).write_pdf(made)
    sys.stdout.buffer.write(made.getvalue())
