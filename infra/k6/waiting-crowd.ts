// Waiting on WebSockets, and a part by polls of the public line: do positions only shrink, is silence bounded, and do admissions arrive at once?
// RATE (3) groups of GROUP (10) visitors a second for ARRIVALS (20) s; PACE (20) admissions a second. A quarter loses its connection once, a fifth polls.
import { Counter, Rate, Trend } from 'k6/metrics';
import { sleep } from 'k6';
import { nextIn, placeOf } from '../../packages/line/src/index.ts';
import { bitmapOf, closeSale, createSale, joinAnew, lineOf, number, saleOf, visitorOf, type Place } from './lib.ts';
import { follow, type Message } from './live.ts';

const rate = number('RATE', 3);
const group = number('GROUP', 10);
const arrivals = number('ARRIVALS', 20);
const pace = number('PACE', 20);
const claimSeconds = 20;
/** Longest possible wait, with a reserve. */
const limitMs = ((rate * group * arrivals) / pace + 30) * 1_000;

const opened = new Rate('stream_opened');
const firstState = new Trend('first_state_ms', true);
const silence = new Trend('silence_ms', true);
const admittedLag = new Trend('admitted_lag_ms', true);
const frames = new Counter('frames');
const grew = new Counter('positions_grown');
const closed = new Counter('streams_closed_by_server');
const polls = new Counter('polls_of_the_line');
const turnLag = new Trend('turn_by_poll_ms', true);
const polling = 0.2;
const forgotten = new Counter('never_let_in');

export const options = {
  scenarios: {
    groups: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: `${arrivals}s`,
      preAllocatedVUs: Math.ceil(rate * 10),
      maxVUs: Math.ceil(rate * arrivals * 2),
      gracefulStop: `${Math.ceil(limitMs / 1_000)}s`,
    },
  },
  thresholds: {
    joined: ['rate>0.999'],
    stream_opened: ['rate==1'],
    first_state_ms: ['p(95)<1000'],
    // Positions are sent every second near the front and every ten seconds further back.
    silence_ms: ['max<13000'],
    admitted_lag_ms: ['p(95)<1000', 'max<3000'],
    // Two seconds and one interval near the front.
    turn_by_poll_ms: ['max<5000'],
    polls_of_the_line: ['count>0'],
    positions_grown: ['count==0'],
    streams_closed_by_server: ['count==0'],
    never_let_in: ['count==0'],
    frames: [`count>${rate * group * arrivals}`],
    http_req_failed: ['rate<0.001'],
    places_lost: ['count<=0'],
    dropped_iterations: ['count==0'],
  },
};

export const setup = () => {
  const saleId = createSale('crowd', { stock: 100_000, admitPerSecond: pace, activeLimit: 10_000, claimSeconds });
  // Offset of Redis's clock to the local one, by the fastest of a few answers.
  const looks = Array.from({ length: 10 }, () => {
    const from = Date.now();
    const { serverTime } = saleOf(saleId);
    const tookMs = Date.now() - from;
    return { tookMs, aheadMs: Date.parse(serverTime) - from - tookMs / 2 };
  });
  return { saleId, aheadMs: looks.sort((a, b) => a.tookMs - b.tookMs)[0]!.aheadMs };
};

const waitForAdmission = async (saleId: string, token: string, aheadMs: number): Promise<void> => {
  let last: string | undefined;
  let position = Number.POSITIVE_INFINITY;
  let heardAt = Date.now();
  let dropAfterMs: number | undefined = Math.random() < 0.25 ? 1_000 + Math.random() * 5_000 : undefined;
  for (let tries = 0; tries < 5; tries += 1) {
    const from = Date.now();
    heardAt = from;
    let any = false;
    const hear = (message: Message): boolean => {
      const now = Date.now();
      frames.add(1);
      if (any) silence.add(now - heardAt);
      heardAt = now;
      if ('id' in message) last = message.id;
      if (message.type === 'state') {
        any = true;
        firstState.add(now - from);
        if (message.visitor.state !== 'waiting') return true;
      }
      const told = message.type === 'state' ? message.visitor.position : message.type === 'position' ? message.position : undefined;
      if (told !== undefined) {
        if (told > position) grew.add(1);
        position = told;
      }
      if (message.type !== 'admitted') return false;
      admittedLag.add(now + aheadMs - (Date.parse(message.admittedUntil) - claimSeconds * 1_000));
      return true;
    };
    const why = await follow(saleId, token, hear, {
      limitMs,
      ...(last === undefined ? {} : { after: last }),
      ...(dropAfterMs === undefined ? {} : { dropAfterMs }),
    });
    opened.add(why !== 'refused' && any);
    if (why === 'done') return;
    if (why === 'late') break;
    if (why === 'closed') closed.add(1);
    dropAfterMs = undefined;
  }
  forgotten.add(1);
};

/** By the line alone; its own place is asked for once, at the turn. Blocks its VU, as a poll of k6 does: groups of pollers have a VU each. */
const pollForAdmission = (saleId: string, { visitor, token }: Place, aheadMs: number): void => {
  const { seq = 0, generation } = visitor;
  const bitmaps = new Map<number, Uint8Array>();
  let last = Number.POSITIVE_INFINITY;
  let newestAtMs = 0;
  for (const endMs = Date.now() + limitMs; Date.now() < endMs;) {
    const line = lineOf(saleId);
    polls.add(1);
    let place = placeOf(line, seq, bitmaps, generation);
    if (place.state === 'incomplete') {
      for (const { block, path } of place.blocks) {
        const bits = bitmapOf(path);
        if (bits) bitmaps.set(block, bits);
      }
      place = placeOf(line, seq, bitmaps, generation);
    }
    if (place.state === 'waiting' || place.state === 'incomplete') {
      // Gateways differ by a tick: an older line says nothing new.
      const isOlder = Date.parse(line.at) < newestAtMs;
      const position = place.state === 'waiting' && !isOlder ? place.position : last;
      newestAtMs = Math.max(newestAtMs, Date.parse(line.at));
      if (position > last) grew.add(1);
      last = position;
      sleep(nextIn(line, position === Number.POSITIVE_INFINITY ? 1 : position) / 1_000);
      continue;
    }
    const { body } = visitorOf(saleId, token).place();
    if (body.state !== 'waiting') {
      if (body.admittedUntil !== undefined) turnLag.add(Date.now() + aheadMs - (Date.parse(body.admittedUntil) - claimSeconds * 1_000));
      return;
    }
    sleep(1);
  }
  forgotten.add(1);
};

export default async ({ saleId, aheadMs }: { saleId: string; aheadMs: number }): Promise<void> => {
  if (Math.random() < polling) {
    const newcomer = joinAnew(saleId);
    if (newcomer) pollForAdmission(saleId, newcomer, aheadMs);
    return;
  }
  const people: Promise<void>[] = [];
  for (let i = 0; i < group; i += 1) {
    const newcomer = joinAnew(saleId);
    if (newcomer) people.push(waitForAdmission(saleId, newcomer.token, aheadMs));
  }
  await Promise.all(people);
};

export const teardown = ({ saleId }: { saleId: string }): void => {
  closeSale(saleId);
};
