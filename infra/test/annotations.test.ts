import { describe, expect, it } from '@jest/globals';
import { which } from '../../tools/local/commands.mjs';
import { evaluate, type SeriesValues } from '../../tools/monitor/evaluate.ts';
import { dashboardFiles } from '../../tools/monitor/sources.ts';

const promtool = which('promtool');
const expressionOf = (name: string): string => dashboardFiles[0]!.annotations!.list.find((one) => one.name === name)!.expr!;
const calls = (route: string, method: string): string =>
  `sunbeon_http_request_duration_seconds_count{service="admission",route="${route}",method="${method}",status="2xx"}`;
/** What happens at the tenth minute, what is seen of it half a minute later, and of it nothing before and two minutes after. */
const events: [string, string, SeriesValues, string[]][] = [
  [
    'Deploys',
    'a new commit',
    {
      'sunbeon_build_info{service="queue",instance="a",version="1",commit="old"}': '1x120 stale',
      'sunbeon_build_info{service="queue",instance="a",version="1",commit="new"}': '_x120 1x60',
      'sunbeon_build_info{service="gateway",instance="b",version="1",commit="old"}': '1x200',
    },
    ['queue 1 new'],
  ],
  [
    'Operators',
    'the first pause of a process, which has no series before, and a further change',
    {
      [calls('/api/admin/sales/:sale/pause', 'POST')]: '_x120 1x60',
      [calls('/api/admin/sales/:sale', 'PATCH')]: '7x120 8x60',
      [calls('/api/admin/sales', 'POST')]: '3x200',
      [calls('/api/admin/sales/:sale/stats', 'GET')]: '0+1x200',
    },
    ['PATCH /api/admin/sales/:sale', 'POST /api/admin/sales/:sale/pause'],
  ],
  [
    'Changes of leader',
    'a new epoch',
    {
      'sunbeon_epoch{sale="a",instance="x"}': '4x120 stale',
      'sunbeon_epoch{sale="a",instance="y"}': '_x120 5x60',
      'sunbeon_epoch{sale="b"}': '1x200',
    },
    ['a'],
  ],
];

describe(`the lines across the dashboards${promtool ? '' : ' (skipped: promtool is not installed)'}`, () => {
  (promtool ? it : it.skip).each(events)('%s: %s', (name, _, series, seen) => {
    const answers = evaluate(['9m50s', '10m30s', '12m30s'].map((at) => ({ series, expressions: [expressionOf(name)], at })));
    const words = answers.map(([samples]) =>
      samples!
        .map(({ labels: { service, version, commit, method, route, sale } }) =>
          [service, version, commit, method, route, sale].filter(Boolean).join(' '),
        )
        .toSorted(),
    );
    expect(words).toEqual([[], seen, []]);
  });

  it('are the same on each', () => {
    const [first, ...others] = dashboardFiles.map(({ annotations }) => annotations!.list);
    expect(first!.map(({ name }) => name)).toEqual(expect.arrayContaining(events.map(([name]) => name)));
    for (const other of others) expect(other).toEqual(first);
  });
});
