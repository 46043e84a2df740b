import { randomOf, type Shape } from './world.ts';

const between = (random: number, low: number, high: number): number => low + random * (high - low);

/**
 * Twenty shapes of a sale: conversion 30 to 95 % and no-shows 5 to 40 %, each in twenty steps that are mixed with each other; every third has a pause, every
 * fourth a new pace, every fifth a stock that is not sold out. `round`: another draw of everything else.
 */
export const shapesOf = (round: number): Shape[] =>
  Array.from({ length: 20 }, (_, i) => {
    const random = randomOf(1_000 * round + i + 1);
    const conversion = between(i / 19, 0.3, 0.95);
    const noShows = between(((i * 7 + 3) % 20) / 19, 0.05, 0.4);
    const perVisitorLimit = [1, 2, 4, 8][i % 4]!;
    const admitPerSecond = [5, 10, 20, 50][Math.floor(random() * 4)]!;
    const stock = Math.round(between(random(), 400, 900) * admitPerSecond * 0.25 * (1 + perVisitorLimit) * 0.5);
    const tickets = (1 - noShows) * conversion * ((1 + perVisitorLimit) / 2);
    const enough = stock / tickets;
    const line = Math.round(enough * (i % 5 === 4 ? between(random(), 0.5, 0.85) : between(random(), 1.2, 2.2)));
    const atOnce = random() < 0.5 ? 1 : between(random(), 0.3, 0.7);
    const isSlotted = random() < 0.4;
    const seconds = enough / admitPerSecond;
    const sessionSeconds = [120, 300, 600][Math.floor(random() * 3)]!;
    const buyAfter = between(random(), 20, sessionSeconds / 3);
    return {
      name: `${i + 1}`,
      seed: 7_919 * round + 31 * i + 17,
      stock,
      perVisitorLimit,
      admitPerSecond,
      activeLimit: isSlotted ? Math.ceil(admitPerSecond * between(random(), 20, 60)) : 100_000,
      claimSeconds: [30, 60, 120][Math.floor(random() * 3)]!,
      sessionSeconds,
      line: Math.round(line * atOnce),
      joinsPerSecond: (line * (1 - atOnce)) / seconds,
      noShows,
      conversion,
      buyAfter,
      buySpread: between(random(), 0.4, 0.9),
      leaves: random(),
      leavePerHour: random() < 0.5 ? 0 : between(random(), 0.2, 2),
      pauses: i % 3 === 0 ? [[Math.round(seconds * between(random(), 0.2, 0.6)), Math.round(between(random(), 30, 240))]] : [],
      paces: i % 4 === 1 ? [[Math.round(seconds * between(random(), 0.3, 0.7)), admitPerSecond * (random() < 0.5 ? 0.5 : 1.5)]] : [],
    };
  });
