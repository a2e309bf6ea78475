# menus.py: the menus from rows kept in memory, and what follows from a digit.
import json
import threading
import time

from psycopg.rows import dict_row

REFRESH_S = 2


class MenuCache:
    def __init__(self, pool):
        self.pool = pool
        self.load()
        threading.Thread(target=self.keep_fresh, daemon=True).start()

    def keep_fresh(self):
        while True:
            time.sleep(REFRESH_S)
            try:
                self.load()
            except Exception as error:
                print(error, flush=True)

    def load(self):
        with self.pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            menus = {row["menu"]: dict(row, options={}) for row in cursor.execute("SELECT * FROM menus")}
            for row in cursor.execute("SELECT * FROM menu_options"):
                menus[row["menu"]]["options"][row["digits"]] = row["department"]
            departments = {row["department"]: row["destination"] for row in cursor.execute("SELECT * FROM departments")}
        self.current = menus, departments

    def find(self, name):
        menus, departments = self.current
        return menus.get(name) or menus["main"], departments

    def first(self, name, url):
        menu, _ = self.find(name)
        return {"menu": menu["menu"], "digits": None, "decision": "menu", "department": None,
                "response": ask(menu, menu["prompt"], url)}

    def decide(self, name, digits, repeats, url):
        menu, departments = self.find(name)
        answer = {"menu": menu["menu"], "digits": digits, "decision": "transfer", "department": menu["options"].get(digits)}
        if answer["department"] is None and repeats >= menu["repeats"]:
            answer.update(decision="fallback", department=menu["fallback"])
        if answer["department"] is not None:
            destination = departments[answer["department"]]
            answer["response"] = json.dumps({"actions": [{"type": "transfer", "destination": destination}]})
        elif not digits:
            answer.update(decision="no_input", response=ask(menu, menu["no_input_prompt"], url))
        else:
            answer.update(decision="invalid", response=ask(menu, menu["invalid_prompt"], url))
        return answer


def ask(menu, prompt, url):
    gather = {"prompt": prompt, "num_digits": menu["num_digits"], "timeout_seconds": menu["timeout_seconds"]}
    if menu["finish_on_key"] is not None:
        gather["finish_on_key"] = menu["finish_on_key"]
    return json.dumps({"actions": [{"gather": gather}, {"type": "redirect", "url": url}]})
