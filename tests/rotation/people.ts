import { request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Place, Visitor } from '@sunbeon/contracts';

interface Answer { status: number; body: unknown }

/** One call on a connection of its own, so that each goes to another gateway. Status 0: the connection broke. */
const call = (port: number, method: string, path: string, token?: string): Promise<Answer> =>
  new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, agent: false, timeout: 10_000, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => resolve({ status: response.statusCode!, body: text === '' ? null : JSON.parse(text) })).on('error', () => resolve({ status: 0, body: null }));
    });
    outgoing.on('error', () => resolve({ status: 0, body: null })).on('timeout', () => outgoing.destroy()).end();
  });

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * People of one sale who ask for their places, join, join again with their tokens and claim while keys are changed. Whoever is told 401, loses the place
 * or gets a second one is a fault. 503 and broken connections are not: those try again.
 */
export const startPeople = (port: number, saleId: string) => {
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  const path = `/api/sales/${saleId}/queue`;
  const people: { token: string; visitor: Visitor; inside: boolean }[] = [];
  let ended = false;

  const ask = async (what: string, method: string, target: string, token?: string): Promise<Answer> => {
    for (;;) {
      const answer = await call(port, method, target, token);
      counts[answer.status] = (counts[answer.status] ?? 0) + 1;
      if (answer.status !== 0 && answer.status !== 503) {
        if (answer.status >= 400) faults.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
        return answer;
      }
      if (ended) return answer;
      await sleep(200);
    }
  };
  const join = async (): Promise<void> => {
    const { status, body } = await ask('join', 'POST', path);
    if (status !== 201) return;
    const { token, visitor } = body as Place;
    people.push({ token, visitor, inside: false });
  };
  /** Looks after one of the people, in turn: the place, a join with the token, and the claim of who was let in. */
  const look = async (i: number): Promise<void> => {
    const person = people[i % people.length]!;
    const { visitorId, seq } = person.visitor;
    const again = i % 3 === 0;
    const { status, body } = await (again ? ask(`join of ${seq} with the token`, 'POST', path, person.token) : ask(`place of ${seq}`, 'GET', `${path}/me`, person.token));
    if (status !== 200) {
      if (status === 201) faults.push(`${seq} got a second place`);
      return;
    }
    const now = again ? (body as Place).visitor : (body as Visitor);
    if (again) person.token = (body as Place).token;
    if (!isDeepStrictEqual([now.visitorId, now.seq ?? seq], [visitorId, seq])) faults.push(`${seq} became ${now.visitorId} ${now.seq}`);
    if (now.state === 'admitted' && !person.inside) {
      const { status: claimed } = await ask(`claim of ${seq}`, 'POST', `${path}/me/claim`, person.token);
      person.inside = claimed === 200;
    } else if (now.state !== 'waiting' && now.state !== 'admitted') faults.push(`${seq} is ${now.state}`);
  };
  const repeat = async (everyMs: number, act: () => Promise<void>): Promise<void> => {
    while (!ended) {
      await Promise.all([act(), sleep(everyMs)]);
    }
  };
  const began = (async () => {
    for (let i = 0; i < 60; i += 1) await join();
    let next = 0;
    return Promise.all([repeat(250, join), ...Array.from({ length: 8 }, () => repeat(100, () => look((next += 1))))]);
  })();

  return {
    people, faults, counts,
    /** Ends when all are still and everybody was looked at once more. */
    stop: async (): Promise<void> => {
      ended = true;
      await began;
      ended = false;
      for (let i = 0; i < people.length; i += 1) await look(i * 3 + 1);
    },
  };
};
