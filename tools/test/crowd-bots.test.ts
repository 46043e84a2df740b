import { describe, expect, it } from '@jest/globals';
import { readOptions, usage } from '../crowd/bots/options.ts';

describe('options of npm run crowd -- --bots', () => {
  it('are one ticket for each person, and scripts with an account and a code for each hundred, unless set', () => {
    expect(readOptions(['--bots', '0.95', '--visitors', '2000'])).toMatchObject({
      gateway: 'http://localhost:4000',
      people: 100,
      scripts: 1_900,
      stock: 100,
      pace: 20,
      proof: 'on',
      botAccounts: 19,
      botCodes: 19,
      keep: false,
    });
  });

  it.each([
    [['--bots', '2'], /--bots must be a number from 0 to 1, not "2"/],
    [['--bots'], /--bots/],
    [['--bots', '0.5', '--proof', 'off'], /--proof must be on or auto, not "off"/],
    [['--bots', '0.5', '--sale', 'x'], /--sale/],
    [['--bots', '0.5', '--bot-ahead', '130'], /--bot-ahead must be a number from 0 to 115/],
    [['--bots', '0.5', '--people-cores', '0.5'], /--people-cores must be a whole number from 1/],
    [['--bots', '0.5', '--gateway', 'localhost'], /--gateway must be an http address/],
  ])('that are not good are named: %j', (argv, sentence) => {
    expect(() => readOptions(argv)).toThrow(sentence);
  });

  it('are all in the help', () => {
    expect(readOptions(['--bots', '0.95', '--help'])).toBe('help');
    for (const name of ['proof', 'keep', 'json', 'bots', 'bot-cores', 'bot-ahead', 'bot-accounts', 'bot-codes', 'seed'])
      expect(usage).toContain(`  --${name} `);
  });
});
