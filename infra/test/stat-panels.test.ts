import { describe, expect, it } from '@jest/globals';
import { which } from '../../tools/local/commands.mjs';
import { evaluate, evaluateAll, type Sample, type Scene } from '../../tools/monitor/evaluate.ts';
import { shownBy } from '../../tools/monitor/grafana-colour.ts';
import { allPanels } from '../../tools/monitor/sources.ts';
import { statCases, type Case } from './stat-cases.ts';

const figures = allPanels
  .filter(({ panel }) => panel.type === 'stat')
  .map(({ file, panel }) => ({ name: `${file}: ${panel.title}`, panel, cases: statCases[`${file}: ${panel.title}`]! }));
const filled = (query: string): string =>
  query.replaceAll('$__rate_interval', '1m').replaceAll('$sale', '.+').replaceAll('$instance', '.+');
const sceneOf = ({ panel }: (typeof figures)[number], series: Case['series']): Scene => ({
  series,
  expressions: panel.targets!.map(({ expr }) => filled(expr)),
  at: '15m',
});
/** Colour and words of each series, as Grafana shows them; one for no series. */
const shown = ({ panel }: (typeof figures)[number], answers: Sample[][]): string[] => {
  const samples = answers.flat();
  return (samples.length === 0 ? [null] : samples.map(({ value }) => value))
    .map((value) => shownBy(panel, value))
    .map(({ colour, text }) => (text === undefined ? colour : `${colour} ${text}`));
};

const promtool = which('promtool');
describe(`every figure of the dashboards${promtool ? '' : ' (skipped: promtool is not installed)'}`, () => {
  it('has series that are good and series that are bad in stat-cases.ts, and no other has', () => {
    expect(figures.map(({ name }) => name).toSorted()).toEqual(Object.keys(statCases).toSorted());
    for (const { good, bad } of Object.values(statCases)) {
      expect(good.length).toBeGreaterThan(0);
      expect(good.flatMap(({ shows }) => shows).every((text) => text.startsWith('green'))).toBe(true);
      expect(bad.every(({ shows }) => shows.some((text) => /^(red|orange)/.test(text)))).toBe(true);
    }
  });

  (promtool ? it : it.skip)('shows the colour of its state, by what Prometheus says to its query', () => {
    const all = figures.flatMap((figure) =>
      [...figure.cases.good, ...figure.cases.bad, ...(figure.cases.idle ?? [])].map((one) => ({ figure, ...one })),
    );
    const answers = evaluate(all.map(({ figure, series }) => sceneOf(figure, series)));
    expect(all.map(({ figure, series }, index) => [figure.name, series, shown(figure, answers[index]!)])).toEqual(
      all.map(({ figure, series, shows }) => [figure.name, series, shows]),
    );
  });

  (promtool ? it : it.skip)('says that there is no data when there is none, with rules that are evaluated and without', () => {
    for (const rules of [true, false]) {
      const asked = figures.map((figure) => sceneOf(figure, {}).expressions);
      const [answers] = evaluateAll([{ series: {}, expressions: asked.flat(), at: '15m' }], { rules });
      let next = 0;
      // With rules, the services that are missing are an alert already.
      expect(
        figures.map((figure, index) => [
          figure.name,
          shown(
            figure,
            asked[index]!.map(() => answers![next++]!),
          ),
        ]),
      ).toEqual(figures.map(({ name }) => [name, [rules && name === 'services.json: Alerts' ? 'red' : 'purple No data']]));
    }
  });

  (promtool ? it : it.skip)('says so as well when its series ended, and does not keep the last value', () => {
    const ended = figures.flatMap((figure) =>
      figure.cases.good.map(({ series }) => ({
        figure,
        series: Object.fromEntries(Object.keys(series).map((name) => [name, '1x20 stale'])),
      })),
    );
    const answers = evaluate(ended.map(({ figure, series }) => sceneOf(figure, series)));
    expect(
      ended
        .map(({ figure }, index) => [figure.name, ...shown(figure, answers[index]!)])
        .filter(([, colour]) => colour!.startsWith('green')),
    ).toEqual([]);
  });
});
