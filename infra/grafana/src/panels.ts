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
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source of infra/grafana/provisioning. */
export const prometheus = { type: 'prometheus', uid: 'prometheus' };

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
}

const targetOf = ({ query, legend }: Line, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .expr(query)
    .legendFormat(legend)
    .refId(String.fromCharCode(65 + index))
    .datasource(prometheus);

/** A time series panel. */
export const graph = ({ title, description, unit, lines, stacked = false, width = 8 }: PanelSpec): TimeseriesBuilder => {
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
    .targets(lines.map(targetOf));
  return stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel;
};

/** A stat panel of the last value; `bad`: threshold of red. */
export const figure = ({ title, description, unit, lines, width = 3, bad }: PanelSpec & { bad?: number }): StatBuilder =>
  new StatBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .unit(unit)
    .height(4)
    .span(width)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(BigValueColorMode.Value)
    .thresholds(
      new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([{ value: null, color: 'green' }, ...(bad === undefined ? [] : [{ value: bad, color: 'red' }])]),
    )
    .targets(lines.map(targetOf));

export interface Section {
  title: string;
  panels: (TimeseriesBuilder | StatBuilder)[];
}

/** A dashboard: common frame, links to the others. */
export const dashboard = (
  uid: string,
  title: string,
  description: string,
  sections: Section[],
  prepare: (builder: DashboardBuilder) => DashboardBuilder = (builder) => builder,
): Dashboard => {
  const builder = prepare(
    new DashboardBuilder(title)
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
      ),
  );
  for (const section of sections) {
    builder.withRow(new RowBuilder(section.title));
    for (const panel of section.panels) builder.withPanel(panel);
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
