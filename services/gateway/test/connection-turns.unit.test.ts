import type { Socket } from 'node:net';
import { beforeEach, expect, it } from '@jest/globals';
import { createConnectionTurns, type ConnectionTurns } from '../src/processes/connection-turns.ts';
import { processLimits } from '../src/processes/messages.ts';

let now = 0;
let turns: ConnectionTurns;
let given: Map<number, Socket[]>;
let silent: Set<number>;
beforeEach(() => {
  now = 0;
  turns = createConnectionTurns(() => now);
  given = new Map();
  silent = new Set();
});
const add = (number: number): void => {
  given.set(number, given.get(number) ?? []);
  turns.add({ number, isWell: () => !silent.has(number), give: (socket) => given.get(number)!.push(socket) > 0 });
};
const connection = () => {
  const socket = {
    destroyed: false,
    destroy: () => {
      socket.destroyed = true;
    },
  };
  return socket as unknown as Socket;
};
const deal = (count: number): Socket[] => {
  const sockets = Array.from({ length: count }, connection);
  for (const socket of sockets) turns.deal(socket);
  return sockets;
};
/** The process takes all that waits for it. */
const acceptAll = (number: number): void => {
  for (let before = -1; before !== given.get(number)!.length;) {
    before = given.get(number)!.length;
    turns.accepted(number);
  }
};
const counts = (): number[] => [...given.values()].map(({ length }) => length);

it('512 connections at once are 256 for each of two processes, also when one of them is slower', () => {
  add(0);
  add(1);
  deal(512);
  acceptAll(0);
  expect(counts()).toEqual([256, 1]);
  acceptAll(1);
  expect(counts()).toEqual([256, 256]);
});

it('one connection at a time is on its way to a process', () => {
  add(0);
  deal(3);
  expect(counts()).toEqual([1]);
  turns.accepted(0);
  expect(counts()).toEqual([2]);
});

it('what waits for a process that ends goes to the others, and those that come while there is none wait for the next', () => {
  add(0);
  add(1);
  deal(10);
  acceptAll(0);
  turns.remove(1);
  acceptAll(0);
  // One was on its way to the process that ended.
  expect(counts()).toEqual([9, 1]);
  turns.remove(0);
  const late = deal(2);
  add(1);
  acceptAll(1);
  expect(given.get(1)!.slice(-2)).toEqual(late);
});

it('a process that stays silent, or does not take what it was sent, gets nothing more until it does', () => {
  add(0);
  add(1);
  deal(10);
  acceptAll(0);
  now += 1_001;
  turns.look();
  acceptAll(0);
  expect(counts()).toEqual([9, 1]);
  deal(4);
  acceptAll(0);
  expect(counts()).toEqual([13, 1]);
  turns.accepted(1);
  silent.add(1);
  deal(4);
  acceptAll(0);
  expect(counts()).toEqual([17, 1]);
  silent.clear();
  deal(4);
  acceptAll(0);
  acceptAll(1);
  expect(counts()).toEqual([19, 3]);
});

it('while all are silent connections wait for one of them', () => {
  add(0);
  add(1);
  silent.add(0).add(1);
  deal(4);
  turns.look();
  silent.clear();
  acceptAll(0);
  acceptAll(1);
  expect(counts()).toEqual([2, 2]);
});

it('at the end nothing is left open', () => {
  add(0);
  const sockets = deal(3);
  turns.remove(0);
  turns.stop();
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, true, true]);
});

it('a flood waits up to a limit, with a process that does not take it and without any', () => {
  const most = processLimits.waitingConnections;
  const before = deal(most + 5);
  expect(before.filter(({ destroyed }) => destroyed)).toEqual(before.slice(most));
  add(0);
  acceptAll(0);
  expect(counts()).toEqual([most]);
  silent.add(0);
  const after = deal(most + 5);
  expect(after.filter(({ destroyed }) => destroyed).length).toBeGreaterThanOrEqual(4);
});
