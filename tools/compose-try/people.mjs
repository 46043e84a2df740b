// People who use the containers by their published ports, as browsers do.
import { WebSocket } from 'ws';
import { CliError } from '../local/console.mjs';
import { api, expect, gateway, until } from './compose.mjs';

/** Listens until `token` is let in; with all that the stream told. `origin`: as a page of ours; else as a client with a token alone. */
export const hear = async (saleId, token, { base = gateway, origin } = {}) => {
  const heard = [];
  class Stream extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, origin ? { origin } : {});
    }
  }
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), 20_000);
  const result = await api({ token, base, WebSocket: Stream }).waitForTurn(saleId, {
    signal: abort.signal,
    onMessage: ({ type }) => heard.push(type),
    // A stream that does not work must not be hidden by the polls that take its place.
    onConnection: (connection) => connection !== 'live' && abort.abort(),
  });
  clearTimeout(limit);
  if (!result.ok || result.value.state !== 'admitted')
    throw new CliError(`the stream told ${JSON.stringify(heard)}: ${JSON.stringify(result)}`);
  return heard;
};

/** An admitted visitor; returns the token. */
export const enter = async (saleId) => {
  const { token } = await expect('join', api().join(saleId), 201);
  const isAdmitted = async () => {
    const place = await api({ token }).place(saleId);
    return place.ok && place.value.state === 'admitted';
  };
  await until('the admission', isAdmitted, 20_000);
  return token;
};

/**
 * A crowd that joins and buys, each call repeated with the same key until it is answered. Counts what it
 * saw; `end` resolves with it once all are done. A purchase is acknowledged only when its 201 arrived.
 */
export const startCrowd = (saleId, size) => {
  let running = true;
  const stranger = api();
  const seen = { joined: 0, bought: 0, repeats: 0, wrong: [], longestGapMs: 0 };
  const acknowledged = new Map();
  let lastAt = Date.now();
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const stubborn = async (call) => {
    for (;;) {
      const result = await call();
      if (result.ok || ![0, 502, 503].includes(result.failure.status)) return result;
      seen.repeats += 1;
      await wait(200 + Math.random() * 300);
    }
  };
  const person = async (number) => {
    for (let visit = 0; running; visit += 1) {
      const joined = await stubborn(() => stranger.join(saleId));
      if (!joined.ok || joined.status !== 201) {
        seen.wrong.push(`join ${joined.ok ? joined.status : joined.failure.code}`);
        await wait(500);
        continue;
      }
      seen.joined += 1;
      const { token } = joined.value;
      const me = stranger.withToken(token);
      let state = 'waiting';
      while (running && state === 'waiting') {
        const place = await stubborn(() => me.place(saleId));
        state = place.ok ? place.value.state : place.failure.code;
        if (state === 'waiting') await wait(300);
      }
      if (state !== 'admitted') continue;
      const bought = await stubborn(() => me.purchase(saleId, 1, { idempotencyKey: `p${number}-${visit}` }));
      if (!bought.ok || bought.status !== 201) {
        seen.wrong.push(`purchase ${JSON.stringify(bought)}`);
        continue;
      }
      acknowledged.set(bought.value.purchaseId, { token, at: Date.now() });
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
