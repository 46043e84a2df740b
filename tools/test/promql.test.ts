import { describe, expect, it } from '@jest/globals';
import { selectorsOf } from '../monitor/promql.ts';

const namesOf = (expression: string): string[] => selectorsOf(expression).map(({ name }) => name);

describe('the metrics of an expression', () => {
  it.each([
    ['up', ['up']],
    ['sum by (sale, state) (rate(a_total{b="c d",e=~"f|g"}[5m])) / on (sale) group_left (x) b_gauge', ['a_total', 'b_gauge']],
    ['histogram_quantile(0.99, sum by (le) (rate(h_bucket[$__rate_interval]))) > bool 1e-3', ['h_bucket']],
    ['a:b:c offset 5m unless on () (sum(up{job="x"}) > 0) or vector(0)', ['a:b:c', 'up']],
    ['count(ALERTS{alertstate="firing"})', ['ALERTS']],
    ['label_values(m, sale)', ['m', 'sale']],
    ['sum(w{sale!~"x-[0-9a-f]{16}"} offset 1m) > v', ['w', 'v']],
  ])('%s', (expression, names) => expect(namesOf(expression)).toEqual(names));

  it('come with what they ask of labels', () => {
    expect(selectorsOf('a{b="c", d!~"e|f"} + g')).toEqual([
      {
        name: 'a',
        matchers: [
          { label: 'b', operator: '=', value: 'c' },
          { label: 'd', operator: '!~', value: 'e|f' },
        ],
      },
      { name: 'g', matchers: [] },
    ]);
  });
});
