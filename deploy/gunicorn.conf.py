"""How gunicorn serves Samkurs: `gunicorn --config deploy/gunicorn.conf.py`, in the repository.

What a machine may want otherwise comes from the environment; docs/operations.md has the table.
`FORWARDED_ALLOW_IPS` and `WEB_CONCURRENCY` are gunicorn's own names.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Gunicorn sets its log up before `pythonpath` counts, and our format stands in `samkurs.logs`.
sys.path.insert(0, str(ROOT / "site"))

from samkurs.logs import server_logging_config  # noqa: E402

chdir = str(ROOT)
pythonpath = str(ROOT / "site")
wsgi_app = "samkurs.wsgi:application"

bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads let a worker answer probes and short requests while a long one waits for the database.
worker_class = "gthread"
threads = int(os.environ.get("GUNICORN_THREADS", "4"))

timeout = int(os.environ.get("GUNICORN_TIMEOUT", "60"))  # seconds; an export of all rows is slow
graceful_timeout = 30  # seconds for what has begun when the server stops
keepalive = 5  # seconds; the proxy asks again and again
# A worker is replaced now and then, so that what leaks does not grow; not all at the same time.
max_requests = 5_000
max_requests_jitter = 500
if Path("/dev/shm").is_dir():  # noqa: S108  a file of a worker's heartbeat, which no disk shall hold up
    worker_tmp_dir = "/dev/shm"  # noqa: S108
# Workers are steered by signals alone: one door less.
control_socket_disable = True

# Whose word about TLS gunicorn takes; Django asks the header itself (TRUSTED_PROXIES).
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# The site writes a line for each request (`samkurs.access`), without addresses of readers.
accesslog = None
logconfig_dict = server_logging_config(os.environ.get("LOG_LEVEL", "INFO"))
