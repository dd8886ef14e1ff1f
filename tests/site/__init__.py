"""The wiring: settings, addresses, headers, floors."""
