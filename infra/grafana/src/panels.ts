import {
  VizLegendOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Dashboard,
  type QueryVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { annotations, datasourceVariable, prometheus, runbookVariable } from './frame.ts';
import { mappingsOf, missing, type Step, type Word } from './judge.ts';
import type { Runbook } from './runbook.ts';

/** Grafana's names of units. */
export type Unit = 'short' | 's' | 'ops' | 'reqps' | 'bytes' | 'Bps' | 'percentunit' | 'none';

/** One series or figure: a query, and the legend of its series. */
export interface Line {
  query: string;
  legend: string;
}

export interface PanelSpec {
  title: string;
  /** Shown in the panel's help. */
  description: string;
  unit: Unit;
  lines: Line[];
  stacked?: boolean;
  /** Grid columns of 24. */
  width?: number;
  /** Section of docs/RUNBOOK.md, if it is not that of the panel's section. */
  runbook?: Runbook;
}
/** A panel that still needs the runbook of its section. */
export type Panel = (runbook: Runbook) => TimeseriesBuilder | StatBuilder;

/** Link to a section of the runbook; its address comes with the rules (infra/prometheus/rules/info.yml). */
const runbookLink = (section: Runbook): DashboardLinkBuilder =>
  new DashboardLinkBuilder(`Runbook: ${section}`)
    .type(DashboardLinkType.Link)
    .url(`\${runbook:raw}#${section.toLowerCase()}`)
    .targetBlank(true);

const targetOf = ({ query, legend }: Line, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .expr(query)
    .legendFormat(legend)
    .refId(String.fromCharCode(65 + index))
    .datasource(prometheus);

/** A time series panel. */
export const graph =
  ({ title, description, unit, lines, stacked = false, width = 8, runbook: own }: PanelSpec): Panel =>
  (runbook) => {
    const panel = new TimeseriesBuilder()
      .title(title)
      .description(description)
      .datasource(prometheus)
      .unit(unit)
      .height(8)
      .span(width)
      .min(0)
      .lineWidth(1)
      .fillOpacity(stacked ? 40 : 8)
      .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true))
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
      .links([runbookLink(own ?? runbook)])
      .targets(lines.map(targetOf));
    return stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel;
  };

/** A stat panel of the value now: what is good, what is bad, and what it says when there is nothing to judge. */
export interface FigureSpec extends Omit<PanelSpec, 'stacked'> {
  judge: Step[];
  /** Values that are words. */
  words?: Record<string, Word>;
}

/**
 * A stat panel. Its query is an instant one: over a range Grafana would show the last value of a series that ended long ago. No series is purple, not a number
 * (a share or a quantile of no traffic) is blue: without these mappings Grafana gives both the colour of the lowest step. `last`, since
 * `lastNotNull` makes no series of what is not a number.
 */
export const figure =
  ({ title, description, unit, lines, width = 3, judge, words, runbook: own }: FigureSpec): Panel =>
  (runbook) =>
    new StatBuilder()
      .title(title)
      .description(description)
      .datasource(prometheus)
      .unit(unit)
      .height(4)
      .span(width)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
      .graphMode(BigValueGraphMode.None)
      .colorMode(BigValueColorMode.Background)
      .noValue(missing.text)
      .mappings(mappingsOf(words))
      .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(judge))
      .links([runbookLink(own ?? runbook)])
      .targets(lines.map((line, index) => targetOf(line, index).instant()));

export interface Section {
  title: string;
  runbook: Runbook;
  panels: Panel[];
}

/** A dashboard: common frame, variables, annotations, links to the others. */
export const dashboard = (
  uid: string,
  title: string,
  description: string,
  sections: Section[],
  variables: QueryVariableBuilder[] = [],
): Dashboard => {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['sunbeon'])
    .refresh('5s')
    .time({ from: 'now-30m', to: 'now' })
    .timezone('browser')
    .readonly()
    .link(
      new DashboardLinkBuilder('Sunbeon')
        .type(DashboardLinkType.Dashboards)
        .tags(['sunbeon'])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    );
  for (const variable of [datasourceVariable, runbookVariable, ...variables]) builder.withVariable(variable);
  for (const annotation of annotations) builder.annotation(annotation);
  for (const section of sections) {
    builder.withRow(new RowBuilder(section.title));
    for (const panel of section.panels) builder.withPanel(panel(section.runbook));
  }
  return builder.build();
};

/** A quantile of a histogram over the usual window. */
export const quantile = (q: number, metric: string, by = '', selector = ''): string =>
  `histogram_quantile(${q}, sum by (${by === '' ? '' : `${by}, `}le) (rate(${metric}_bucket${selector}[$__rate_interval])))`;
/** p50 and p99 of a histogram. */
export const quantiles = (metric: string, selector = ''): Line[] => [
  { query: quantile(0.5, metric, '', selector), legend: 'p50' },
  { query: quantile(0.99, metric, '', selector), legend: 'p99' },
];
export const rate = (metric: string, by: string, selector = ''): string => `sum by (${by}) (rate(${metric}${selector}[$__rate_interval]))`;
