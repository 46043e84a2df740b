import { fork, type ChildProcess } from 'node:child_process';
import type { Metrics, MetricsSum, Readiness, Service } from '@sunbeon/runtime';
import type { ConnectionTurns } from './connection-turns.ts';
import { processLimits, type FromProcess, type ToProcess } from './messages.ts';
import { placeArgument } from './process-count.ts';
import type { Pools } from './shared-limits.ts';

interface Options {
  count: number;
  log: Service['log'];
  turns: ConnectionTurns;
  pools: Pools;
  sum: MetricsSum;
  restarted: ReturnType<Metrics['counter']>;
  /** While stopping: no process takes connections any more. */
  allClosed: () => void;
}
interface Slot {
  number: number;
  child: ChildProcess | null;
  startedAtMs: number;
  /** Ends in a row, each within `steadyMs` of its start. */
  ends: number;
  missed: number;
  /** Null until the first heartbeat. */
  readiness: Readiness | null;
  takes: boolean;
  gotMetrics: (() => void) | null;
}

/** Pause before a process that ended so many times in a row is started again, ms. */
export const pauseAfter = (ends: number): number =>
  Math.min(processLimits.longestPauseMs, processLimits.pauseMs * 2 ** Math.max(0, ends - 1));

/** Starts the processes and keeps them running. */
export const createSupervisor = ({ count, log, turns, pools, sum, restarted, allClosed }: Options) => {
  const slots = Array.from({ length: count }, (_, number): Slot => ({
    number,
    child: null,
    startedAtMs: 0,
    ends: 0,
    missed: 0,
    readiness: null,
    takes: false,
    gotMetrics: null,
  }));
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let isOpen = false;
  let started: (code: number | null) => void = () => {};
  let failures = 0;
  const ended: (() => void)[] = [];
  const isWell = (slot: Slot): boolean => slot.child !== null && slot.missed * processLimits.heartbeatMs < processLimits.silentMs;
  const send = (slot: Slot, message: ToProcess): void => {
    if (slot.child?.connected) slot.child.send(message, () => {});
  };

  const take = (slot: Slot): void => {
    if (slot.takes || phase === 'stopping') return;
    slot.takes = true;
    turns.add({
      number: slot.number,
      isWell: () => isWell(slot),
      give: (socket) => {
        if (!slot.child?.connected) return false;
        const message: ToProcess = { type: 'connection' };
        slot.child.send(message, socket, (error) => {
          if (error) socket.destroy();
        });
        return true;
      },
    });
  };
  const leave = (slot: Slot): void => {
    slot.takes = false;
    turns.remove(slot.number);
    if (phase === 'stopping' && turns.size() === 0) allClosed();
  };

  const hear = (slot: Slot, message: FromProcess): void => {
    slot.missed = 0;
    switch (message.type) {
      case 'listening':
        // At the start every process takes connections, as a gateway alone does without Redis; one that came back waits until it is ready.
        if (phase === 'starting' || turns.size() === 0) take(slot);
        if (phase === 'starting' && slots.every(({ takes }) => takes)) {
          phase = 'running';
          started(null);
        }
        break;
      case 'state':
        slot.readiness = message.readiness;
        if (message.readiness.missing.length === 0) take(slot);
        break;
      case 'accepted':
        turns.accepted(slot.number);
        break;
      case 'metrics':
        sum.update(slot.number, message.snapshot);
        slot.gotMetrics?.();
        break;
      case 'take':
        send(slot, { type: 'taken', id: message.id, ...pools.take(slot.number, message.pool, message.address) });
        break;
      case 'release':
        pools.release(slot.number, message.pool, message.address);
        break;
      case 'closing':
        leave(slot);
        send(slot, { type: 'closed' });
        break;
    }
  };

  const onEnd = (slot: Slot, code: number | null, signal: NodeJS.Signals | null): void => {
    slot.child = null;
    slot.readiness = null;
    slot.gotMetrics?.();
    leave(slot);
    sum.end(slot.number);
    pools.end(slot.number);
    if (phase === 'stopping') {
      if (code !== 0) failures += 1;
      return ended.splice(0).forEach((tell) => tell());
    }
    if (phase === 'starting') return started(code || 1);
    slot.ends = performance.now() - slot.startedAtMs > processLimits.steadyMs ? 1 : slot.ends + 1;
    const pauseMs = pauseAfter(slot.ends);
    log.write('process_ended', { process: slot.number, code, signal, ms: pauseMs });
    restarted();
    setTimeout(() => {
      if (phase !== 'stopping') launch(slot);
    }, pauseMs);
  };

  const launch = (slot: Slot): void => {
    slot.startedAtMs = performance.now();
    slot.missed = 0;
    const child = fork(process.argv[1]!, [placeArgument({ number: slot.number, count })], { stdio: 'inherit' });
    slot.child = child;
    let isOver = false;
    const over = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (!isOver) onEnd(slot, code, signal);
      isOver = true;
    };
    child.on('message', (message: FromProcess) => {
      if (!isOver) hear(slot, message);
    });
    child.on('exit', over);
    child.on('error', (error) => {
      log.write('process_unreachable', { process: slot.number, err: error });
      // Not even started: there will be no exit.
      if (child.pid === undefined) over(1, null);
    });
  };

  return {
    /** Resolves when all listen; with an exit code when one of them ended before. */
    start: (): Promise<number | null> =>
      new Promise((resolve) => {
        started = resolve;
        for (const slot of slots) launch(slot);
      }),
    /** The port is open. */
    opened: (): void => {
      isOpen = true;
    },
    /** Once in each heartbeat. */
    look: (): void => {
      for (const slot of slots) {
        slot.missed += 1;
        if (slot.child === null || slot.missed < processLimits.missedHeartbeats) continue;
        log.write('process_killed', { process: slot.number });
        slot.missed = 0;
        slot.child.kill('SIGKILL');
      }
      turns.look();
    },
    /** Ready when the processes that get connections are. One that is away or silent gets none, and is a note. */
    readiness: (): Readiness => {
      const heard = slots.filter((slot) => slot.takes && isWell(slot));
      const away = slots.filter((slot) => !heard.includes(slot)).map(({ number }) => `process ${number} gets no connections`);
      if (phase === 'stopping') return { missing: ['stopping'], notes: [] };
      if (!isOpen || heard.length === 0) return { missing: ['no process is listening'], notes: away };
      const missing = heard.flatMap(({ readiness }) => readiness?.missing ?? ['a process is starting']);
      const notes = heard.flatMap(({ readiness }) => readiness?.notes ?? []);
      return { missing: [...new Set(missing)], notes: [...new Set(notes), ...away] };
    },
    /** Resolves when every process has told its metrics, or had its time. */
    askMetrics: async (): Promise<void> => {
      const asked = slots.filter(isWell);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, processLimits.metricsMs);
      });
      const answers = asked.map(
        (slot) =>
          new Promise<void>((resolve) => {
            slot.gotMetrics = resolve;
            send(slot, { type: 'metrics' });
          }),
      );
      await Promise.race([Promise.all(answers), late]);
      clearTimeout(timer);
    },
    /** Ends all processes gracefully and kills those that are left after `limitMs`; resolves with 0 when each ended in order. */
    stop: async (limitMs: number): Promise<number> => {
      phase = 'stopping';
      for (const slot of slots) send(slot, { type: 'stop' });
      const timer = setTimeout(() => {
        for (const { child } of slots) child?.kill('SIGKILL');
      }, limitMs);
      while (slots.some(({ child }) => child !== null)) await new Promise<void>((resolve) => ended.push(resolve));
      clearTimeout(timer);
      return failures === 0 ? 0 : 1;
    },
  };
};
