import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../../tools/local/commands.mjs';
import { alerts } from '../../tools/monitor/sources.ts';

type Labels = Record<string, string>;
interface Inhibition {
  source_matchers: string[];
  target_matchers: string[];
  equal?: string[];
}
const { inhibit_rules: inhibitions, route } = parse(readFileSync(join(root, 'infra/alertmanager/alertmanager.yml'), 'utf8')) as {
  inhibit_rules: Inhibition[];
  route: { routes: { receiver: string; group_interval: string; repeat_interval: string }[] };
};

/** As Alertmanager does it: a label that is missing is an empty one. */
const matches = (labels: Labels, matchers: readonly string[]): boolean =>
  matchers.every((matcher) => {
    const [, label, operator, value] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(matcher)!;
    const is = operator!.includes('~') ? new RegExp(`^(?:${value})$`).test(labels[label!] ?? '') : (labels[label!] ?? '') === value;
    return operator!.startsWith('!') ? !is : is;
  });
const mutes = (source: Labels, target: Labels): boolean =>
  inhibitions.some(
    ({ source_matchers: from, target_matchers: to, equal = [] }) =>
      matches(source, from) && matches(target, to) && equal.every((label) => (source[label] ?? '') === (target[label] ?? '')),
  );
const names = alerts.map(({ alert }) => alert);
/** Alerts of the sale `a` that this one mutes. */
const mutedBy = (source: Labels): string[] => names.filter((alertname) => mutes(source, { alertname, sale: 'a' })).toSorted();

describe('an alert mutes what follows from it, and nothing else', () => {
  it('no warning mutes anything', () => {
    const warnings = alerts.filter(({ labels }) => labels['severity'] === 'warning').map(({ alert }) => alert);
    expect(warnings).toEqual(expect.arrayContaining(['SunbeonRedisNodeDown', 'SunbeonProcessWithoutRedis']));
    for (const alertname of warnings)
      for (const service of ['gateway', 'queue', 'admission', 'purchase', 'web'])
        expect([alertname, mutedBy({ alertname, service, sale: 'a' })]).toEqual([alertname, []]);
  });

  it.each([
    ['gateway', ['SunbeonPageErrors', 'SunbeonPageSlow', 'SunbeonRelayLag', 'SunbeonRequestErrors', 'SunbeonSlowScript']],
    ['queue', ['SunbeonRequestErrors', 'SunbeonSlowScript']],
    [
      'admission',
      [
        'SunbeonNoLeader',
        'SunbeonPaceOff',
        'SunbeonPageErrors',
        'SunbeonPageSlow',
        'SunbeonRequestErrors',
        'SunbeonSaleNotAdmitting',
        'SunbeonSlowScript',
      ],
    ],
    ['purchase', ['SunbeonPurchaseErrors', 'SunbeonRequestErrors', 'SunbeonSlowScript']],
  ])('a Redis that no %s reaches', (service, muted) => {
    expect(mutedBy({ alertname: 'SunbeonRedisDown', service })).toEqual(muted);
  });

  it('what is lost, or sold twice, is never muted', () => {
    const sources = names.flatMap((alertname) =>
      ['gateway', 'queue', 'admission', 'purchase'].map((service) => ({ alertname, service, sale: 'a' })),
    );
    const muted = new Set(sources.flatMap(mutedBy));
    for (const alertname of ['SunbeonInvariantBroken', 'SunbeonStockMismatch', 'SunbeonRedisPersistenceFailing', 'SunbeonReplicasLate'])
      expect([alertname, muted.has(alertname)]).toEqual([alertname, false]);
  });

  it('a sale without a leader mutes the alerts of that sale alone', () => {
    const source = { alertname: 'SunbeonNoLeader', sale: 'a' };
    expect(mutedBy(source)).toEqual(['SunbeonPaceOff', 'SunbeonSaleNotAdmitting']);
    expect(mutes(source, { alertname: 'SunbeonSaleNotAdmitting', sale: 'b' })).toBe(false);
  });
});

it('the heartbeat is due at a moment of its group within each minute: Alertmanager sends what is older than its interval at that moment', () => {
  const seconds = (text: string): number =>
    Number(/^(\d+)s$/.exec(text.replace(/^(\d+)m$/, (_, minutes) => `${Number(minutes) * 60}s`))![1]);
  const { group_interval: group, repeat_interval: repeat } = route.routes.find(({ receiver }) => receiver === 'watchdog')!;
  // It was logged a little after its moment, so that an interval of a multiple of them is never over in time.
  const sentAfter = Math.floor(seconds(repeat) / seconds(group)) * seconds(group) + seconds(group);
  expect(sentAfter).toBeLessThanOrEqual(60);
  expect(seconds(repeat)).toBeGreaterThanOrEqual(seconds(group));
});
