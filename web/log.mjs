// The page's log: JSON lines on stdout, as the services write them (packages/runtime/src/log), of its own events and of all that Next prints.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { format } from 'node:util';
import { routeOf } from './routes.mjs';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
export const isLogLevel = (text) => levels.includes(text);

/** Lines of one event and minute; further ones are counted. The numbers are those of the catalogue (packages/runtime/src/log; its test compares). */
const mostPerMinute = { web_said: 300, page_failed: 60, request: 60_000 };
const minuteMs = 60_000;
/** Characters of a line that Next printed, of the message of an error, and of its stack. */
const saidCharacters = 2_000;
const messageCharacters = 500;
const stackCharacters = 4_000;

/** What a stranger may give as an id of a request: see packages/runtime/src/log/request-id.ts. */
const idPattern = /^[\w.-]{1,64}$/;
const prefix = randomBytes(8).toString('hex');
let made = 0;
/** Gives a request its id: the one that it brought, or a new one. */
export const identify = ({ headers }) => {
  const given = headers['x-request-id'];
  if (typeof given !== 'string' || !idPattern.test(given)) headers['x-request-id'] = `${prefix}-${(made += 1).toString(36)}`;
  return headers['x-request-id'];
};

const tokens = /eyJ[\w-]+\.[\w-]+(\.[\w-]*)?|\bBearer\s+[\w.~+/=-]+/gi;
const colours = /\u001b\[[0-9;]*m/g;
const controls = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const codePoint = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const cut = (text, characters) => String(text).replace(colours, '').slice(0, characters);

/** `write(level, event, fields, msg)`. `put`: takes a line; `now`: ms, monotonic. */
export const createWebLog = ({ level, secret }, put, now = () => performance.now()) => {
  const lowest = levels.indexOf(level);
  const base = { service: 'web', instance: `web-${hostname()}-${process.pid}` };
  let lines = new Map();
  let sinceMs = now();
  const line = (name, event, fields, msg) => {
    if (levels.indexOf(name) < lowest) return;
    const text = JSON.stringify({ level: name, time: new Date().toISOString(), ...base, event, ...fields, msg: cut(msg, saidCharacters) })
      .replace(tokens, '[token]')
      .replace(controls, codePoint);
    put(`${secret ? text.replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]') : text}\n`);
  };
  /** Begins a new minute when one is over; says what was not written in it. */
  const turn = () => {
    if (now() - sinceMs < minuteMs) return;
    const before = lines;
    lines = new Map();
    sinceMs = now();
    for (const [event, n] of before)
      if (n > mostPerMinute[event])
        line(
          'warn',
          'lines_suppressed',
          { of: event, count: n - mostPerMinute[event] },
          'more lines of an event than are written in a minute',
        );
  };
  return (name, event, fields, msg) => {
    turn();
    const n = (lines.get(event) ?? 0) + 1;
    lines.set(event, n);
    if (n <= mostPerMinute[event]) line(name, event, fields, msg);
  };
};

const causes = 3;
/** What a line shows of an error: nothing that a library puts on it beside these. */
const errorOf = (error, depth = 0) =>
  error instanceof Error
    ? {
        type: error.name,
        message: cut(error.message, messageCharacters),
        ...(depth === 0 && error.stack ? { stack: cut(error.stack, stackCharacters) } : {}),
        ...(error.cause instanceof Error && depth < causes ? { cause: errorOf(error.cause, depth + 1) } : {}),
      }
    : { type: typeof error, message: cut(error, messageCharacters) };

/** For instrumentation.ts, which Next bundles apart from this file. */
export const pageFailedKey = 'sunbeon page failed';

/** From here on every line of this process is one of the log: what Next writes by `console`, and what anything writes to stdout and stderr. */
export const takeOverOutput = (settings) => {
  const put = process.stdout.write.bind(process.stdout);
  const write = createWebLog(settings, put);
  const said = (level) => (text) => {
    // Next names the whole address of a request that it could not relay.
    const plain = text.trim().replace(/^(Failed to proxy [^\s?]+)\?\S*/, '$1');
    if (plain !== '') write(level, 'web_said', {}, plain);
  };
  for (const [method, level] of Object.entries({ log: 'info', info: 'info', warn: 'warn', error: 'error', debug: 'debug', trace: 'debug' }))
    console[method] = (...args) => said(level)(format(...args));
  for (const [stream, level] of [
    [process.stdout, 'info'],
    [process.stderr, 'error'],
  ])
    stream.write = (chunk, encoding, done) => {
      said(level)(String(chunk));
      const after = typeof encoding === 'function' ? encoding : done;
      if (after) process.nextTick(after);
      return true;
    };
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => said('warn')(`${name}: ${message}`));
  globalThis[Symbol.for(pageFailedKey)] = (error, { method, path, headers }) =>
    write(
      'error',
      'page_failed',
      { request_id: headers['x-request-id'], method, route: routeOf(path), err: errorOf(error) },
      'a page failed',
    );
  return write;
};
