# app.py: the same work as a good everyday Python service: WSGI under gunicorn, psycopg with a pool of 8 a process.
#
# Environment: PUBLIC_URL, IVR_WEBHOOK_SECRET, and libpq's PG*.
import hashlib
import hmac
import json
import os
import time
from urllib.parse import parse_qs, quote_plus

from psycopg_pool import ConnectionPool

from menus import MenuCache

MAX_BODY = 256 * 1024
MAX_AGE_S = 86400
MAX_AHEAD_S = 300
DIGIT_WAIT_S = 1.5
DIGIT_POLL_S = 0.04
SECRET = os.environ["IVR_WEBHOOK_SECRET"].encode()
PUBLIC_URL = os.environ["PUBLIC_URL"]

pool = ConnectionPool("", min_size=8, max_size=8, kwargs={"autocommit": True, "prepare_threshold": 1})
pool.wait()
menus = MenuCache(pool)


def ask(sql, values):
    with pool.connection() as connection:
        return connection.execute(sql, values).fetchone()


def verified(environ, body):
    timestamp = environ.get("HTTP_X_MINIVOICE_TIMESTAMP", "")
    if not timestamp.isdigit() or not -MAX_AHEAD_S <= time.time() - int(timestamp) <= MAX_AGE_S:
        return False
    wanted = "v1=" + hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, environ.get("HTTP_X_MINIVOICE_SIGNATURE", ""))


def webhook(environ, query):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY:
        return "413 Content Too Large", '{"error":"too large"}'
    body = environ["wsgi.input"].read(length)
    if not verified(environ, body):
        return "401 Unauthorized", '{"error":"unauthorized"}'
    try:
        event = json.loads(body)
        call = event["call"]
        values = (call["id"], event["event"], event["created_at"], call.get("from"), call.get("to"), call.get("status"),
                  event.get("data", {}).get("digits"), body.decode())
    except (ValueError, KeyError, TypeError):
        return "400 Bad Request", '{"error":"not an event"}'
    (fresh,) = ask("SELECT store_event(%s, %s, %s::timestamptz, %s, %s, %s, %s, %s)", values)
    return "200 OK", '{"status":"stored"}' if fresh else '{"status":"duplicate"}'


def look(call_id, asked_step):
    return ask("SELECT response::text, menu, digits, repeats FROM call_state(%s, %s::integer)", (call_id, asked_step))


def look_for_digits(call_id, asked_step, told):
    end = time.monotonic() + DIGIT_WAIT_S
    while True:
        response, menu, digits, repeats = look(call_id, asked_step)
        if told is not None:
            digits = told
        if response is not None or digits is not None or time.monotonic() > end:
            return response, menu, digits, repeats
        time.sleep(DIGIT_POLL_S)


def give(query, asked_step, endpoint, answer):
    (response,) = ask(
        "SELECT store_answer(%s, %s::integer, %s, %s, %s, %s, %s, %s, %s, %s)",
        (query.get("call_id"), asked_step, endpoint, query.get("from"), query.get("to"), answer["menu"], answer["digits"],
         answer["decision"], answer["department"], answer["response"]))
    return "200 OK", response


def next_url(call_id, step):
    return f"{PUBLIC_URL}/route-menu?call_id={quote_plus(call_id)}&step={step}"


def answer(environ, query):
    call_id = query.get("call_id", "")
    response = look(call_id, 0)[0]
    if response is not None:
        return "200 OK", response
    return give(query, 0, "answer", menus.first(query.get("menu", "main"), next_url(call_id, 1)))


def route_menu(environ, query):
    call_id = query.get("call_id", "")
    step = int(query.get("step", 0))
    response, menu, digits, repeats = look_for_digits(call_id, step, query.get("digits"))
    if response is not None:
        return "200 OK", response
    return give(query, step, "route-menu", menus.decide(menu or "main", digits, repeats or 0, next_url(call_id, step + 1)))


ROUTES = {"/minivoice/webhook": webhook, "/minivoice/answer": answer, "/minivoice/route-menu": route_menu}


def app(environ, start_response):
    handler = ROUTES.get(environ["PATH_INFO"])
    if handler is None:
        status, text = "404 Not Found", "{}"
    else:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        status, text = handler(environ, query)
    body = text.encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
