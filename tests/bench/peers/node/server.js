// server.js: the same work as a good everyday Node service: Fastify and pg, a cluster of two, a pool of 8 each.
//
// Environment: SOCKET (unix socket to listen on), PUBLIC_URL, IVR_WEBHOOK_SECRET, and libpq's PG*.
'use strict';

const cluster = require('node:cluster');
const crypto = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const fastify = require('fastify');
const { Pool } = require('pg');
const { MenuCache } = require('./menus');

const PROCESSES = 2;
const MAX_BODY = 256 * 1024;
const MAX_AGE_S = 86400;
const MAX_AHEAD_S = 300;
const DIGIT_WAIT_MS = 1500;
const DIGIT_POLL_MS = 40;

function verified(headers, body) {
  const timestamp = headers['x-minivoice-timestamp'] || '';
  const sent = headers['x-minivoice-signature'] || '';
  const age = Date.now() / 1000 - Number(timestamp);
  if (!(age <= MAX_AGE_S && age >= -MAX_AHEAD_S)) return false;
  const wanted = 'v1=' + crypto.createHmac('sha256', process.env.IVR_WEBHOOK_SECRET)
    .update(timestamp + '.').update(body).digest('hex');
  return sent.length === wanted.length && crypto.timingSafeEqual(Buffer.from(sent), Buffer.from(wanted));
}

// A named statement is prepared once on each connection.
const statements = {
  event: 'SELECT store_event($1, $2, $3, $4, $5, $6, $7, $8) AS fresh',
  state: 'SELECT response::text, menu, digits, repeats FROM call_state($1, $2)',
  answer: 'SELECT store_answer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS response',
};

async function serve() {
  const pool = new Pool({ max: 8, idleTimeoutMillis: 0 });
  const menus = await MenuCache.open(pool);
  const app = fastify({ bodyLimit: MAX_BODY });
  const ask = async (name, values) => (await pool.query({ name, text: statements[name], values })).rows[0];
  const nextUrl = (callId, step) =>
    `${process.env.PUBLIC_URL}/route-menu?call_id=${encodeURIComponent(callId)}&step=${step}`;

  // The raw bytes are what is signed.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => done(null, body));

  app.post('/minivoice/webhook', async (request, reply) => {
    if (!verified(request.headers, request.body)) return reply.code(401).send({ error: 'unauthorized' });
    const raw = request.body.toString('utf8');
    let event;
    try {
      event = JSON.parse(raw);
    } catch {
      return reply.code(400).send({ error: 'not an event' });
    }
    const call = event.call || {};
    if (!event.event || !call.id) return reply.code(400).send({ error: 'not an event' });
    const digits = event.data && event.data.digits;
    const { fresh } = await ask('event',
      [call.id, event.event, event.created_at, call.from, call.to, call.status, digits, raw]);
    return { status: fresh ? 'stored' : 'duplicate' };
  });

  async function give(reply, request, askedStep, endpoint, answer) {
    const { call_id: callId, from, to } = request.query;
    const { response } = await ask('answer', [callId, askedStep, endpoint, from, to, answer.menu, answer.digits,
      answer.decision, answer.department, answer.response]);
    return reply.type('application/json').send(response);
  }

  app.get('/minivoice/answer', async (request, reply) => {
    const callId = request.query.call_id;
    const state = await ask('state', [callId, 0]);
    if (state.response !== null) return reply.type('application/json').send(state.response);
    return give(reply, request, 0, 'answer', menus.first(request.query.menu || 'main', nextUrl(callId, 1)));
  });

  // Asks again until the digits are there or the time is over.
  async function lookForDigits(callId, step, told) {
    const end = Date.now() + DIGIT_WAIT_MS;
    for (;;) {
      const state = await ask('state', [callId, step]);
      if (told !== undefined) state.digits = told;
      if (state.response !== null || state.digits !== null || Date.now() > end) return state;
      await sleep(DIGIT_POLL_MS);
    }
  }

  app.get('/minivoice/route-menu', async (request, reply) => {
    const { call_id: callId, digits } = request.query;
    const step = Number(request.query.step) || 0;
    const state = await lookForDigits(callId, step, digits);
    if (state.response !== null) return reply.type('application/json').send(state.response);
    const answer = menus.decide(state.menu || 'main', state.digits, state.repeats || 0, nextUrl(callId, step + 1));
    return give(reply, request, step, 'route-menu', answer);
  });

  await app.listen({ path: process.env.SOCKET });
}

if (cluster.isPrimary) {
  for (let i = 0; i < PROCESSES; i++) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
    process.exit(0);
  });
} else {
  serve().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
