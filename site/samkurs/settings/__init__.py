"""Settings: `dev` for the embedded defaults, `test` for the suite, `production` for servers.

Every variable that is read from the environment stands in the table of docs/operations.md.
"""
