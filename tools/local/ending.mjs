// The end of a program of tools/local at every stage: SIGINT, SIGTERM and SIGHUP first undo what is there, in reverse order, then end the process.
import { constants } from 'node:os';
import { say } from './console.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Steps that undo: `end` in order, `kill` at once (a second signal). */
const steps = [];
let ending = null;
let listening = false;
let orderlyCode = null;

const onSignal = (signal) => {
  if (ending) {
    for (const { kill } of steps) kill?.();
    process.exit(1);
  }
  void endProgram(orderlyCode ?? 128 + constants.signals[signal]);
};

/** Before something is started that an end must undo: a signal that comes while it starts waits for its step. */
export const listen = () => {
  if (listening) return;
  listening = true;
  for (const signal of signals) process.on(signal, onSignal);
};

/** Adds a step that runs at the end, before the earlier ones. Returns what takes it away. */
export const onEnd = (end, kill) => {
  listen();
  const entry = { end, kill };
  steps.push(entry);
  return () => {
    const at = steps.indexOf(entry);
    if (at >= 0) steps.splice(at, 1);
  };
};

export const isEnding = () => ending !== null;

/** Runs all steps, then ends the process. */
export const endProgram = (exitCode) => {
  ending ??= (async () => {
    for (const { end } of steps.slice().reverse()) {
      try {
        await end();
      } catch (error) {
        say(`  while stopping: ${error?.message ?? error}`);
      }
    }
    process.exit(exitCode);
  })();
  return ending;
};

/** From now on a signal is an orderly stop, with exit code 0. */
export const signalsAreOrderly = () => {
  orderlyCode = 0;
};

/** Gives the signals back to the program that this process becomes (a service that is imported has its own handling). */
export const releaseSignals = () => {
  for (const signal of signals) process.off(signal, onSignal);
  listening = false;
};

/** npm passes SIGINT and SIGTERM on; after SIGHUP or kill -9 of npm only the new parent tells that it is gone. */
export const endWithNpm = (end) => {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) end();
  }, 500).unref();
};
