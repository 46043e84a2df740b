import { setMaxListeners } from 'node:events';
import type { Operator } from '@sunbeon/client/operator';
import { createTimes } from '../report.ts';
import { serveParties } from './desk.ts';
import type { Entrance } from './entrances.ts';
import type { BotOptions } from './options.ts';
import { createParty, type PartyResult } from './party.ts';
import { sendPeople } from './people.ts';
import { createForge, sendScripts } from './scripts.ts';
import type { Solvers } from './solvers.ts';

const connectionsOfPeople = 256;

export interface SaleResult {
  entrance: Entrance['name'];
  title: string;
  saleId: string;
  stock: number;
  people: PartyResult & { wanted: number };
  scripts: PartyResult & { wanted: number };
  seconds: number;
  /** Until the last attempt of the scripts. */
  scriptSeconds: number;
  /** Time by which people's proofs came later than from a phone, because this machine played all the phones; p95. */
  phonesLateSeconds: number;
}
/** The server has no such setting. */
export interface MissingResult {
  entrance: Entrance['name'];
  title: string;
  missing: string;
}

interface Tools {
  operator: Operator;
  phones: Solvers;
  machines: Solvers;
  /** Aborted when the rehearsal is given up. */
  signal: AbortSignal;
}

/** One sale with one entrance, from its creation to its end. */
export const rehearse = async (
  entrance: Entrance,
  options: BotOptions,
  { operator, phones, machines, signal }: Tools,
): Promise<SaleResult | MissingResult> => {
  const { name, title } = entrance;
  const saleId = `crowd-${name}-${Date.now().toString(36)}`;
  const { stock, people, scripts } = options;
  const created = await operator.create({
    saleId,
    title: `Rehearsal: ${title}`,
    stock,
    admitPerSecond: options.pace,
    activeLimit: Math.max(100, 2 * stock),
    perVisitorLimit: 1,
    opensAt: new Date(Date.now() + 86_400_000).toISOString(),
    ...entrance.settings,
  });
  if (!created.ok) {
    const { failure } = created;
    if (
      name === 'members' &&
      failure.code === 'invalid_request' &&
      failure.errors?.some(({ path, detail }) => /identity/.test(path + detail))
    )
      return { entrance: name, title, missing: 'this server has no such setting' };
    throw new Error(`The sale could not be created: ${failure.status} ${failure.code} ${failure.detail ?? ''}`);
  }
  const [party, bots] = [createParty(options.gateway, connectionsOfPeople), createParty(options.gateway, options.botConnections)];
  const end = new AbortController();
  // Everybody listens for the end.
  setMaxListeners(0, end.signal);
  const stop = (): void => end.abort();
  signal.addEventListener('abort', stop);
  let patience: NodeJS.Timeout | undefined;
  try {
    const shown = await entrance.prepare(operator, saleId);
    const forge = name === 'proof' ? createForge(bots, machines, saleId) : null;
    if (forge && options.botAhead > 0) await forge.ahead(options.botAhead, signal);
    const opened = await operator.open(saleId, { attempts: 3 });
    if (!opened.ok) throw new Error(`The sale could not be opened: ${opened.failure.code}`);
    const openedAtMs = performance.now();
    const stage = {
      saleId,
      options,
      shown,
      openedAtMs,
      signal: end.signal,
    };
    patience = setTimeout(stop, options.patience * 1_000);
    const late = createTimes();
    let isJoining = true;
    const seconds = (): number => (performance.now() - openedAtMs) / 1_000;
    let scriptSeconds = 0;
    const scriptsEnd = sendScripts(stage, bots, forge).then(() => {
      scriptSeconds = seconds();
    });
    const joins = Promise.all([sendPeople(stage, party, phones, late), scriptsEnd]).finally(() => {
      isJoining = false;
    });
    const served = serveParties(party.buyer, saleId, [party, bots], {
      isJoining: () => isJoining,
      isOver: () => stage.signal.aborted,
    });
    await Promise.all([joins, served]);
    return {
      entrance: name,
      title,
      saleId,
      stock,
      people: { wanted: people, ...party.result(stock) },
      scripts: { wanted: scripts, ...bots.result(stock) },
      seconds: seconds(),
      scriptSeconds,
      phonesLateSeconds: late.count() === 0 ? 0 : late.at(0.95) / 1_000,
    };
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', stop);
    await Promise.all([party.stop(), bots.stop()]);
    await operator.close(saleId, { attempts: 3 });
    if (!options.keep) await operator.delete(saleId, { attempts: 3 });
  }
};
