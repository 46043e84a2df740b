import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../local/commands.mjs';
import { filesOf } from '../local/text-files.mjs';

/** Identifiers that were replaced; docs/adr/0016-names.md says by what. Plain English words are not listed. */
const replaced = [
  'firstOfBeat',
  'beatAdmitted',
  'beatWaiting',
  'beatKeyring',
  'beat-keyring',
  'createDeparture',
  'departureLimits',
  'onTheirWay',
  'departure.ts',
  'departures.ts',
  'LiveRoom',
  'RoundRoom',
  'LiveRouteRoom',
  'live-room',
  'room.ts',
  'getTrail',
  'get-trail',
  'TrailPanel',
  'trail-panel',
  'trail:{',
  'keys.trail',
  '/trail',
  'trail_key',
  'include: trail',
  'auditSale',
  'audit-sale',
  'runAudit',
  'auditLimits',
  'startWatch',
  'findingOf',
  'npm run audit',
  'src/audit/',
  'valveOf',
  'createValve',
  'valveLimits',
  'pastValve',
  'valve.ts',
  'HopItem',
  'HopAnswer',
  'HopReply',
  'HopCall',
  'hopPaths',
  'hopHeader',
  'hopCredential',
  'serveHop',
  'verifyHop',
  'createHop',
  'x-sunbeon-hop',
  'sunbeon_hop_',
  'src/hop/',
  'hop.ts',
  'hotCalls',
  'hot-calls',
  'rareCalls',
  'rare-calls',
  'startRound',
  'roundLimits',
  'tellPosition',
  'tellAlive',
  'tellSale',
  'round.ts',
  'createRing',
  'ringLimits',
  'ring.ts',
  'inTurns',
  'in-turns',
  'createTallies',
  'tallies',
  'startReporter',
  'sale-news',
  'SaleNews',
  'saleNews',
  'sale-live',
  'SaleLive',
  'newsLimits',
  'setTold',
  'quietUntil',
  'quietAfter',
  'passedOf',
  'untilPassed',
  'socket.promised',
  'socket.together',
  'strangersOut',
  'strangers-out',
  'guess-limit',
  'createGuessLimit',
  'guardOf',
  'SaleFigures',
  'getFigures',
  'get-figures',
  'readFigures',
  'read-figures',
  'checkFigures',
  'check-figures',
  'figuresQuery',
  'figuresOf',
  '/figures',
  'SaleMoment',
  'sale-view',
  'standing.ts',
  'standingOf',
  'calm.tsx',
  'CalmRoot',
  'look-up.ts',
  'lookUp(',
  'useFollowing',
  'use-following',
  'useWords',
  'use-words',
  'ToolLook',
  'StatusSign',
  'status-sign',
  'ConnectionSign',
  'connection-sign',
  'FreshSign',
  'moment.tsx',
  'AwayScreen',
  'away-screen',
  'slowest hundredth',
  'Slowest hundredth',
];

/** Where the old names are history: the decision, the notes for users, the records of measurements. */
const isHistory = (file: string): boolean =>
  /^(docs\/adr\/0016-names\.md|docs\/results\/|CHANGELOG\.md|\.changeset\/|tools\/test\/names\.test\.ts)/.test(file);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const pattern = new RegExp(
  replaced
    .map(
      (name) =>
        `${/^\w/.test(name) ? '(?<![\\w-])' : ''}${escaped(name)}${/[a-z]$/i.test(name) && !/Until$/.test(name) ? '(?![\\w-])' : ''}`,
    )
    .join('|'),
);

describe('names', () => {
  const files = filesOf([
    '.md',
    '.ts',
    '.tsx',
    '.mts',
    '.mjs',
    '.js',
    '.json',
    '.lua',
    '.sh',
    '.c',
    '.css',
    '.yml',
    '.yaml',
    '.conf',
    '.toml',
    'Dockerfile',
  ]).filter((file) => !isHistory(file) && file !== 'package-lock.json');

  it('that were replaced are used nowhere', () => {
    const found = files.flatMap((file) =>
      `${file}\n${readFileSync(join(root, file), 'utf8')}`.split('\n').flatMap((line, i) => {
        const name = pattern.exec(line)?.[0];
        return name === undefined ? [] : [`${file}:${i}: ${name}`];
      }),
    );
    expect(found).toEqual([]);
  });

  it('are looked for in many files, and found', () => {
    expect(files.length).toBeGreaterThan(400);
    for (const name of replaced) expect([name, pattern.test(`use ${name} here`)]).toEqual([name, true]);
  });
});
