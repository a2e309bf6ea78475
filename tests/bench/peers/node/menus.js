// menus.js: the menus from rows kept in memory, and what follows from a digit.
'use strict';

const REFRESH_MS = 2000;

class MenuCache {
  static async open(pool) {
    const cache = new MenuCache();
    await cache.load(pool);
    setInterval(() => cache.load(pool).catch((error) => console.error(error)), REFRESH_MS).unref();
    return cache;
  }

  async load(pool) {
    const [menus, options, departments] = await Promise.all([
      pool.query('SELECT * FROM menus'),
      pool.query('SELECT * FROM menu_options'),
      pool.query('SELECT * FROM departments'),
    ]);
    const byName = new Map(menus.rows.map((row) => [row.menu, { ...row, options: new Map() }]));
    for (const row of options.rows) byName.get(row.menu).options.set(row.digits, row.department);
    this.menus = byName;
    this.destinations = new Map(departments.rows.map((row) => [row.department, row.destination]));
  }

  find(name) {
    return this.menus.get(name) || this.menus.get('main');
  }

  ask(menu, prompt, next) {
    const gather = { prompt, num_digits: menu.num_digits, timeout_seconds: menu.timeout_seconds };
    if (menu.finish_on_key !== null) gather.finish_on_key = menu.finish_on_key;
    return JSON.stringify({ actions: [{ gather }, { type: 'redirect', url: next }] });
  }

  first(name, next) {
    const menu = this.find(name);
    return { menu: menu.menu, digits: null, decision: 'menu', department: null, response: this.ask(menu, menu.prompt, next) };
  }

  decide(name, digits, repeats, next) {
    const menu = this.find(name);
    const answer = { menu: menu.menu, digits, decision: 'transfer', department: menu.options.get(digits) || null };
    if (answer.department === null && repeats >= menu.repeats) {
      answer.decision = 'fallback';
      answer.department = menu.fallback;
    }
    if (answer.department !== null) {
      const destination = this.destinations.get(answer.department);
      answer.response = JSON.stringify({ actions: [{ type: 'transfer', destination }] });
    } else if (!digits) {
      answer.decision = 'no_input';
      answer.response = this.ask(menu, menu.no_input_prompt, next);
    } else {
      answer.decision = 'invalid';
      answer.response = this.ask(menu, menu.invalid_prompt, next);
    }
    return answer;
  }
}

module.exports = { MenuCache };
