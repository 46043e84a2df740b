import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { joinAs, operator, openLive, visitorOf } from '../fixtures/client.ts';
import { startRedis } from '../fixtures/stack.mjs';
import type { Rig } from './rig.ts';

/** Access of a fault to the rig. */
export interface Scene {
  rig: Rig;
  saleId: string;
  redis: Redis;
  tokens: string[];
}

/** A fault: action, expected alerts, and end. */
export interface Fault {
  title: string;
  /** Alerts that this fault is for. */
  alerts: string[];
  /** Starts the fault; the returned function ends it. */
  begin: (scene: Scene) => Promise<() => Promise<void> | void>;
}

const pidOf = ({ rig }: Scene, name: string): number => rig.stack.processes.get(name)!.pid;
const kill = async (scene: Scene, name: string): Promise<void> => {
  const { child } = scene.rig.stack.processes.get(name)!;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
};
const restart = async (scene: Scene, name: string): Promise<void> => {
  scene.rig.stack.startService(name);
  await scene.rig.stack.ready(name);
};

/** Repeats an action until it is stopped. */
const repeatedly = (everyMs: number, step: () => unknown): (() => Promise<void>) => {
  let on = true;
  const running = (async () => {
    while (on) {
      await Promise.resolve(step()).catch(() => {});
      await sleep(everyMs);
    }
  })();
  return async () => {
    on = false;
    await running;
  };
};
/** Freezes and resumes a process in turn. */
const stutter = (scene: Scene, name: string, frozenMs: number, freeMs: number): (() => Promise<void>) => {
  const pid = pidOf(scene, name);
  const end = repeatedly(freeMs, async () => {
    process.kill(pid, 'SIGSTOP');
    await sleep(frozenMs);
    process.kill(pid, 'SIGCONT');
  });
  return async () => {
    await end();
    process.kill(pid, 'SIGCONT');
  };
};

export const faults: Fault[] = [
  {
    title: 'both admission instances are killed',
    alerts: ['SunbeonNoLeader', 'SunbeonSaleNotAdmitting', 'SunbeonServiceDown'],
    begin: async (scene) => {
      await Promise.all(['admission-0', 'admission-1'].map((name) => kill(scene, name)));
      return async () => {
        await Promise.all(['admission-0', 'admission-1'].map((name) => restart(scene, name)));
      };
    },
  },
  {
    title: 'somebody writes into the flow of the sale, so that its bucket hardly fills',
    alerts: ['SunbeonPaceOff'],
    begin: async ({ redis, saleId }) =>
      repeatedly(50, () => redis.hset(keys.flow(saleId), 'refilledAt', String(Date.now()), 'tokens', '0')),
  },
  {
    title: 'a ticket is added to the stock by hand',
    alerts: ['SunbeonStockMismatch', 'SunbeonInvariantBroken'],
    begin: async ({ redis, saleId }) => {
      await redis.hincrby(keys.stock(saleId), 'left', 1);
      return async () => {
        await redis.hincrby(keys.stock(saleId), 'left', -1);
        await operator.resume(saleId);
      };
    },
  },
  {
    title: 'the gateway is frozen for 1.5 s again and again, with browsers on it',
    alerts: ['SunbeonRelayLag'],
    begin: async (scene) => {
      const browsers = await Promise.all(scene.tokens.slice(0, 5).map((token) => openLive(scene.saleId, token)));
      const end = stutter(scene, 'gateway-0', 1_500, 300);
      return async () => {
        await end();
        for (const browser of browsers) browser.close();
      };
    },
  },
  {
    title: 'the purchase service is killed',
    alerts: ['SunbeonPurchaseErrors', 'SunbeonServiceMissing'],
    begin: async (scene) => {
      await kill(scene, 'purchase-0');
      return () => restart(scene, 'purchase-0');
    },
  },
  ...(
    [
      ['every page takes 1.5 s', 'SunbeonPageSlow', { delayMs: 1_500 }],
      ['every page answers 500', 'SunbeonPageErrors', { status: 500 }],
    ] as const
  ).map(([title, alert, manner]): Fault => ({
    title,
    alerts: [alert],
    begin: async ({ rig: { page } }) => {
      const before = { ...page };
      Object.assign(page, manner);
      return () => void Object.assign(page, before);
    },
  })),
  {
    title: 'Redis is killed',
    alerts: ['SunbeonRedisDown', 'SunbeonRedisNodeDown', 'SunbeonRequestErrors'],
    begin: async (scene) => {
      await kill(scene, 'redis');
      return async () => {
        scene.rig.stack.processes.set('redis', await startRedis(scene.rig.stack.folder, scene.rig.stack.redisPort));
      };
    },
  },
  {
    title: 'the append-only file is switched off',
    alerts: ['SunbeonRedisPersistenceFailing'],
    begin: async ({ redis }) => {
      await redis.config('SET', 'appendonly', 'no');
      return async () => {
        await redis.config('SET', 'appendonly', 'yes');
      };
    },
  },
  {
    title: 'Redis does something else for 0.3 s again and again',
    alerts: ['SunbeonSlowScript'],
    begin: async ({ redis }) => repeatedly(100, () => redis.call('DEBUG', 'SLEEP', '0.3')),
  },
  {
    title: 'the memory of Redis is nearly used up',
    alerts: ['SunbeonRedisMemory'],
    begin: async ({ redis }) => {
      const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
      await redis.config('SET', 'maxmemory', String(Math.round(used * 1.1)));
      return async () => {
        await redis.config('SET', 'maxmemory', '0');
      };
    },
  },
  {
    title: 'the queue service gets the processor only now and then',
    alerts: ['SunbeonEventLoopSlow'],
    begin: async (scene) => stutter(scene, 'queue-0', 400, 200),
  },
  {
    title: 'one address opens more connections than it may',
    alerts: ['SunbeonRefusing'],
    begin: async ({ saleId, tokens }) => {
      const open: Awaited<ReturnType<typeof openLive>>[] = [];
      const end = repeatedly(200, async () => {
        open.push(await openLive(saleId, tokens[open.length % tokens.length]!));
      });
      return async () => {
        await end();
        for (const browser of open) browser.close();
      };
    },
  },
];

/** Visitors that join, poll and buy continuously, so that each fault has traffic. */
export const startPeople = (saleId: string, tokens: string[]): (() => Promise<void>) => {
  let turn = 0;
  const ends = [
    repeatedly(500, () => joinAs(saleId)),
    repeatedly(200, () => visitorOf(saleId, tokens[(turn += 1) % tokens.length]).buy(1, `k${turn}`)),
    repeatedly(200, () => visitorOf(saleId, tokens[(turn += 1) % tokens.length]).place()),
  ];
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
};
