"""What can go wrong with the embedded server; the texts are for whoever starts it."""


class ServerFailed(RuntimeError):
    """The embedded server cannot be used; the text says why and what to do next."""


class AlreadyRunning(ServerFailed):
    """Another process owns the server on this data directory."""
