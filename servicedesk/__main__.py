"""``python -m servicedesk``."""

from servicedesk.cli import main

if __name__ == "__main__":  # a web process of ours imports this file once more
    main()
