// People who use the containers by their published ports, as browsers do.
import { WebSocket } from 'ws';
import { CliError } from '../local/console.mjs';
import { call, expect, gateway, until } from './compose.mjs';

/** Opens the stream and resolves once `type` was told; with all that was told. `origin`: as a page of ours; else as a client with a token alone. */
export const hear = (saleId, token, type, { base = gateway, origin } = {}) =>
  new Promise((resolve, reject) => {
    const heard = [];
    const socket = new WebSocket(
      `${base.replace('http', 'ws')}/api/sales/${saleId}/live`,
      ['sunbeon.v1', `bearer.${token}`],
      origin ? { origin } : {},
    );
    const limit = setTimeout(() => {
      socket.terminate();
      reject(new CliError(`the stream told ${JSON.stringify(heard)} and no ${type}`));
    }, 20_000);
    socket.on('error', (error) => {
      clearTimeout(limit);
      reject(new CliError(`the stream: ${error.message}`));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      heard.push(message.type);
      if (message.type !== type && !(message.type === 'state' && message.visitor.state === type)) return;
      clearTimeout(limit);
      socket.close();
      resolve(heard);
    });
  });

/** An admitted visitor; returns the token. */
export const enter = async (saleId) => {
  const { token } = await expect('join', call('POST', `/api/sales/${saleId}/queue`), 201);
  await until(
    'the admission',
    async () => (await call('GET', `/api/sales/${saleId}/queue/me`, { token })).body.state === 'admitted',
    20_000,
  );
  return token;
};

/**
 * A crowd that joins and buys, each call repeated with the same key until it is answered. Counts what it
 * saw; `end` resolves with it once all are done. A purchase is acknowledged only when its 201 arrived.
 */
export const startCrowd = (saleId, size) => {
  let running = true;
  const seen = { joined: 0, bought: 0, repeats: 0, wrong: [], longestGapMs: 0 };
  const acknowledged = new Map();
  let lastAt = Date.now();
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const stubborn = async (method, path, options) => {
    for (;;) {
      const answer = await call(method, path, options).catch(() => ({ status: 0 }));
      if (answer.status !== 0 && answer.status !== 502 && answer.status !== 503) return answer;
      seen.repeats += 1;
      await wait(200 + Math.random() * 300);
    }
  };
  const person = async (number) => {
    for (let visit = 0; running; visit += 1) {
      const joined = await stubborn('POST', `/api/sales/${saleId}/queue`);
      if (joined.status !== 201) {
        seen.wrong.push(`join ${joined.status}`);
        await wait(500);
        continue;
      }
      seen.joined += 1;
      const { token } = joined.body;
      let state = 'waiting';
      while (running && state === 'waiting') {
        ({
          body: { state },
        } = await stubborn('GET', `/api/sales/${saleId}/queue/me`, { token }));
        if (state === 'waiting') await wait(300);
      }
      if (state !== 'admitted') continue;
      const bought = await stubborn('POST', `/api/sales/${saleId}/purchases`, { token, key: `p${number}-${visit}`, body: { quantity: 1 } });
      if (bought.status !== 201) {
        seen.wrong.push(`purchase ${bought.status} ${bought.body?.code}`);
        continue;
      }
      acknowledged.set(bought.body.purchaseId, { token, at: Date.now() });
      seen.bought += 1;
      seen.longestGapMs = Math.max(seen.longestGapMs, Date.now() - lastAt);
      lastAt = Date.now();
    }
  };
  const all = Array.from({ length: size }, (_, number) => person(number));
  return {
    acknowledged,
    /** What was seen since it was last asked. */
    since: () => {
      const copy = { ...seen, longestGapMs: Math.max(seen.longestGapMs, Date.now() - lastAt) };
      Object.assign(seen, { joined: 0, bought: 0, repeats: 0, wrong: [], longestGapMs: 0 });
      return copy;
    },
    end: async () => {
      running = false;
      await Promise.all(all);
    },
  };
};
