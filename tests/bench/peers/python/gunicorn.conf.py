# gunicorn.conf.py: two processes of 16 threads, so that a redirect that waits for its digit blocks nobody.
import os

bind = "unix:" + os.environ["SOCKET"]
workers = 2
worker_class = "gthread"
threads = 16
keepalive = 75
accesslog = None
loglevel = "warning"
