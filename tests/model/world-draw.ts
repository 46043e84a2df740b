import { keys, type SaleEvent } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { changeSale } from '../../services/admission/src/scripts/change-sale.ts';
import { freeze } from '../../services/admission/src/scripts/freeze.ts';
import { readDrawing } from '../../services/admission/src/scripts/read-drawing.ts';
import { settleBeacon } from '../../services/admission/src/scripts/settle-beacon.ts';
import { writeDrawn } from '../../services/admission/src/scripts/write-drawn.ts';
import { writeRoster } from '../../services/admission/src/scripts/write-roster.ts';
import { sha256 } from '../fixtures/draw.ts';
import { answerOf } from '../fixtures/sale.ts';
import { changeSale as changeModel, type Model } from './model.ts';
import * as lobby from './model-lobby.ts';
import type { Operation } from './operations.ts';

interface DrawWorld {
  redis: Redis;
  saleId: string;
  generation: number;
  state: Model;
  run: <Input, Reply>(script: Script<Input, Reply>, input: Input) => Promise<Reply>;
  same: (what: string, redis: unknown, expected: unknown) => void;
  epochs: Map<string, number>;
}
type Script<Input, Reply> = import('@sunbeon/runtime').Script<Input, Reply>;
type DrawOperation = Extract<Operation, { do: 'draw' }>;
const hexOf = (bytes: Buffer): string => bytes.toString('hex');
const isoOf = (ms: number | null | undefined) => (typeof ms === 'number' ? new Date(ms).toISOString() : ms);

/** The lobby and the draw of a world. */
export const createDrawWorld = ({ redis, saleId, generation, state, run, same, epochs }: DrawWorld) => {
  let made = 0;
  /** The seed that the last script with one was given. A random one would make a run another one each time. */
  const seed = (): string => hexOf(sha256(`seed ${made}`));
  const seeded = <Input, Reply>(script: Script<Input, Reply>): Script<Input, Reply> => ({
    ...script,
    arguments: (input) => {
      made += 1;
      const bytes = Buffer.from(seed(), 'hex');
      return script
        .arguments(input)
        .with(3, bytes)
        .with(4, hexOf(sha256(bytes)));
    },
  });

  const told: string[] = [];
  const tell = (event: SaleEvent): void => {
    if (event.type === 'sale' && event.data.change !== 'created') {
      const { change, status, version, lobby: size, withoutDraw, left } = event.data;
      told.push(
        `${change} ${status} v${version}${size === undefined ? '' : ` lobby ${size}`}${withoutDraw ? ` without a draw ${left}` : ''}`,
      );
    } else if (event.type === 'rejoined' && event.data.seq === undefined) told.push(`rejoined ${event.data.visitor}`);
    else if (event.type === 'left' && event.data.from === 'lobby') told.push(`left ${event.data.visitor}`);
    else if (event.type === 'frozen') {
      const { count, root, frozenAtMs, round } = event.data;
      told.push(`frozen ${count} ${root} at ${frozenAtMs}${round === undefined ? '' : ` round ${round}`}`);
    } else if (event.type === 'beacon') told.push(`beacon ${event.data.round} ${event.data.status} ${event.data.randomness ?? ''}`);
    else if (event.type === 'drawn') {
      const { from, visitors, left = [], complete, seed: shown } = event.data;
      told.push(`drawn ${from} ${visitors.join()} left ${left.join()}${complete || shown ? ` seed ${shown}` : ''}`);
    }
  };

  const roster = () => lobby.rosterOfModel(state, saleId, generation);
  const pageOf = (page: number): Buffer => Buffer.concat(roster().slice(page * lobby.rosterPage, (page + 1) * lobby.rosterPage));
  const pages = () => Math.ceil(state.draw.lobby.size / lobby.rosterPage);
  /** What a leader does after all that stands in Redis. */
  const next = (): Pick<DrawOperation, 'step' | 'page'> => {
    const { draw } = state;
    if (!draw.frozen) return draw.roster.size < pages() ? { step: 'roster', page: draw.roster.size } : { step: 'freeze', page: 0 };
    return { step: draw.round?.status === 'pending' ? 'beacon' : 'page', page: draw.written / lobby.drawPage };
  };
  /** Pages of the order are asked for around the one that is next. */
  const stepOf = ({ step: what, page }: DrawOperation): Pick<DrawOperation, 'step' | 'page'> =>
    what === 'page'
      ? { step: what, page: Math.max(0, state.draw.written / lobby.drawPage + [0, 0, -1, 1, 1][page]!) }
      : { step: what, page };
  const step = async (operation: DrawOperation): Promise<void> => {
    const { draw } = state;
    if (draw.order !== 'random' || (draw.phase !== 'drawing' && draw.phase !== 'over')) return;
    const { step: what, page } = operation.step === 'next' ? next() : stepOf(operation);
    const epoch = operation.by === null ? state.epoch : (epochs.get(`i${operation.by}`) ?? 0);
    const wrong = operation.wrong && operation.step !== 'next';
    switch (what) {
      case 'roster': {
        if (page >= pages()) break;
        const entries = pageOf(page);
        same('write-roster', await run(writeRoster, { epoch, page, entries }), lobby.writeRoster(state, epoch, page, hexOf(entries)));
        break;
      }
      case 'freeze': {
        const count = draw.lobby.size + (wrong ? 1 : 0);
        const root = wrong ? '0'.repeat(64) : lobby.rootOfModel(state, saleId, generation);
        const beacon = draw.beacon === 'drand' ? lobby.chain : null;
        same('freeze', await run(freeze, { epoch, count, root, beacon }), lobby.freeze(state, epoch, count, root));
        break;
      }
      case 'beacon': {
        const round = (draw.round?.round ?? 1) + (wrong ? 1 : 0);
        const beacon = operation.found ? lobby.beaconOf(round) : null;
        same('settle-beacon', await run(settleBeacon, { epoch, round, beacon }), lobby.settleBeacon(state, epoch, round, operation.found));
        break;
      }
      default: {
        const from = page * lobby.drawPage + 1;
        const visitors = lobby.orderOfModel(state, saleId, generation).slice(from - 1, from - 1 + lobby.drawPage);
        const isLast = from + visitors.length > draw.lobby.size !== wrong;
        same(
          'write-drawn',
          await run(writeDrawn, { epoch, from, visitors, isLast }),
          lobby.writeDrawn(state, epoch, from, visitors, isLast),
        );
      }
    }
    const read = await run(readDrawing, epoch);
    same(
      'read-drawing',
      read.outcome === 'drawing' ? { ...read, nowMs: 0 } : read.outcome,
      lobby.drawing(state, epoch) ?? {
        outcome: 'drawing',
        nowMs: 0,
        generation,
        beacon: draw.beacon,
        size: draw.lobby.size,
        frozen: draw.frozen && { count: draw.frozen.count, root: draw.frozen.root, atMs: draw.frozen.at },
        round: draw.round && {
          ...draw.round,
          randomness: draw.round.status === 'verified' ? lobby.beaconOf(draw.round.round).randomness : '',
        },
        written: draw.written,
      },
    );
  };

  const change = async ({
    lobbyOpensInMs,
    opensInMs,
    lobbyOrder,
    drawBeacon,
  }: Extract<Operation, { do: 'changeLobby' }>): Promise<void> => {
    const after = (ms: number | null | undefined) => (typeof ms === 'number' ? state.now + ms : ms);
    const settings = { lobbyOpensAt: after(lobbyOpensInMs), opensAt: after(opensInMs), lobbyOrder, drawBeacon };
    const given = Object.entries({ ...settings, lobbyOpensAt: isoOf(settings.lobbyOpensAt), opensAt: isoOf(settings.opensAt) });
    const outcome = answerOf(
      await run(seeded(changeSale), { expected: null, change: Object.fromEntries(given.filter(([, value]) => value !== undefined)) }),
    );
    same('change-sale', `${outcome.outcome} ${outcome.version}`, changeModel(state, null, settings, seed()));
  };

  const compare = async (): Promise<void> => {
    const [members, fields, bits, roster] = (await redis
      .pipeline()
      .zrange(keys.lobby(saleId), '0', '-1', 'WITHSCORES')
      .hmget(keys.sale(saleId), 'commitment', 'seed', 'lobbyPhase', 'lobbyOrder', 'drawBeacon', 'opensAt')
      .getBuffer(keys.departed(saleId))
      .hgetallBuffer(keys.roster(saleId))
      .exec())!.map(([, reply]) => reply) as [string[], (string | null)[], Buffer | null, Record<string, Buffer>];
    const { draw } = state;
    same(
      'the lobby',
      Object.fromEntries(members.flatMap((visitor, i) => (i % 2 === 0 ? [[visitor, Number(members[i + 1])]] : []))),
      Object.fromEntries(draw.lobby),
    );
    same(
      'commitment, seed, phase, order, beacon, opening',
      fields.map((value) => value ?? ''),
      [
        draw.seed === null ? '' : hexOf(sha256(Buffer.from(draw.seed, 'hex'))),
        draw.isDrawn ? draw.seed : '',
        draw.phase,
        draw.order,
        draw.beacon,
        String(state.opensAt ?? ''),
      ],
    );
    const departed: number[] = [];
    for (let seq = 0; seq < 8 * (bits?.length ?? 0); seq += 1) if (bits![seq >> 3]! & (0x80 >> (seq & 7))) departed.push(seq);
    same(
      'departures',
      departed,
      [...state.departed].sort((a, b) => a - b),
    );
    same(
      'the roster',
      Object.fromEntries(Object.entries(roster).map(([page, entries]) => [page, hexOf(entries)])),
      Object.fromEntries([...draw.roster].map(([page, entries]) => [String(page), entries])),
    );
    same('events of the sale and its draw', told, state.told);
  };
  return { seed, seeded, tell, step, change, compare };
};
