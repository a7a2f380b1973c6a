"""Commands for whoever stands at the server: `zhunsheng manage …`."""
