"""A desk with one more page, a large file, and little patience with its readers; for a test.

``python -m tests.ground.large_answers PORT FILE``
"""

import sys
from pathlib import Path
from unittest.mock import patch

from flask import Response, send_file

from servicedesk import create_app, serving
from servicedesk.accounts.access import public
from servicedesk.asgi import Desk
from servicedesk.intake import Pace

PATIENCE = Pace(next_within=2, first_moments=2, slowest=1_000_000)


def main() -> None:
    """Serve until killed."""
    port, path = int(sys.argv[1]), Path(sys.argv[2])

    @public
    def large() -> Response:
        return send_file(path, mimetype="image/png", as_attachment=True, conditional=True)

    def build() -> Desk:
        app = create_app()
        app.add_url_rule("/large", view_func=large)
        return Desk(app, readers=PATIENCE)

    with patch.object(serving, "build", build):
        serving.run("127.0.0.1", port, workers=1)


if __name__ == "__main__":
    main()
