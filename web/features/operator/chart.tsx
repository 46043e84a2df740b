'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useId, useRef, useState } from 'react';
import uPlot from 'uplot';
import { clocksOf } from './clocks.ts';
import { spread, summaryOf } from './history.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

export interface ChartLine {
  /** '' when the chart has one line only, which its title names. */
  label: string;
  color: 1 | 2 | 3 | 4;
  /** One value per time; null where it is unknown. */
  values: readonly (number | null)[];
  /** Filled down to the axis. */
  area?: boolean;
}
export interface ChartProps {
  name: string;
  title: string;
  /** Seconds since 1970. */
  times: readonly number[];
  lines: readonly ChartLine[];
  /** A reference level. */
  limit?: { label: string; value: number };
  /** Moments to mark, seconds. */
  marks?: { label: string; at: readonly number[] };
  /** Digits after the point; none for counts. */
  digits?: number;
  /** Lower bound of the axis' maximum. */
  floor: number;
  minutes: number;
  /** The time now, by the clock of Redis. */
  now: string;
  asTable: boolean;
}

const heightPx = 150;
/** Rows of the table that replaces a chart. */
const tableRows = 12;
/** Axis steps of counts. */
const wholeSteps = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
/** Synchronises the cursors of all charts. */
const together = 'sunbeon';

interface Colors {
  line: (color: number) => string;
  grid: string;
  text: string;
}
const colorsOf = (element: Element): Colors => {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return { line: (color) => read(`--chart-${color}`), grid: read('--chart-grid'), text: read('--chart-text') };
};

/** A level, and marked moments, drawn with the library's own canvas. */
const drawExtras = (props: () => ChartProps, colors: Colors) => (plot: uPlot) => {
  const { limit, marks } = props();
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colors.text;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  if (limit) {
    const y = Math.round(plot.valToPos(limit.value, 'y', true));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.strokeStyle = colors.line(3);
  ctx.setLineDash([]);
  for (const at of marks?.at ?? []) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
};

const optionsOf = (
  width: number,
  colors: Colors,
  props: () => ChartProps,
  onCursor: (index: number | null) => void,
  language: string,
): uPlot.Options => {
  const font = '11px "Noto Sans KR Variable", system-ui, sans-serif';
  const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });
  const { minutes, seconds } = clocksOf(language);
  const axis: uPlot.Axis = { stroke: colors.text, font, grid: { stroke: colors.grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: together } },
    scales: {
      // Range of the samples: at least a minute, at most the chosen range.
      x: {
        time: true,
        range: () => {
          const { times, minutes } = props();
          const last = times.at(-1) ?? Date.now() / 1_000;
          return [Math.max(last - minutes * 60, Math.min(times[0] ?? last, last - 60)), last];
        },
      },
      y: {
        range: (_, __, max) => {
          const limit = props().limit?.value ?? 0;
          // The level is within the axis unless it would flatten everything else.
          const top = Math.max(max ?? 0, limit <= (max ?? 0) * 4 ? limit : 0);
          return [0, Math.max(props().floor, top * 1.08)];
        },
      },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 72,
        grid: { show: false },
        values: (_, splits) => splits.map((at) => ((splits[1] ?? 0) - (splits[0] ?? 0) < 60 ? seconds : minutes).format(at * 1_000)),
      },
      {
        ...axis,
        size: 44,
        space: 28,
        ...(props().digits === undefined ? { incrs: wholeSteps } : {}),
        values: (_, splits) => splits.map((value) => short.format(value)),
      },
    ],
    series: [
      {},
      ...props().lines.map(({ color, area }): uPlot.Series => ({
        stroke: colors.line(color),
        width: 1.5,
        points: { show: false },
        ...(area ? { fill: `${colors.line(color)}22` } : {}),
      })),
    ],
    hooks: {
      draw: [drawExtras(props, colors)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
};

const dataOf = ({ times, lines }: ChartProps): uPlot.AlignedData => [
  times as number[],
  ...lines.map(({ values }) => values as (number | null)[]),
];

/** The canvas: created once per width and set of colours, then only updated. */
const Canvas = ({ chart, onCursor }: { chart: ChartProps; onCursor: (index: number | null) => void }) => {
  const { language } = useOperatorI18n();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(chart);
  const [look, setLook] = useState(0);
  useEffect(() => {
    latest.current = chart;
    plot.current?.setData(dataOf(chart));
  }, [chart]);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const again = () => setLook((before) => before + 1);
    dark.addEventListener('change', again);
    return () => dark.removeEventListener('change', again);
  }, []);
  const lines = chart.lines.length;
  useEffect(() => {
    const element = box.current!;
    const made = new uPlot(
      optionsOf(element.clientWidth, colorsOf(element), () => latest.current, onCursor, language),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [language, lines, look, onCursor]);
  return <div ref={box} className="console-chart h-[150px] w-full overflow-hidden" />;
};

const ChartTable = ({ chart: { title, times, lines, digits = 0 } }: { chart: ChartProps }) => {
  const { w, number, clock } = useOperatorI18n();
  return (
    <table className="w-full text-xs">
      <caption className="sr-only">{title}</caption>
      <thead className="text-ink-soft">
        <tr>
          <th scope="col" className="py-1 pr-3 text-left font-medium">
            {w('chart.time')}
          </th>
          {lines.map(({ label }) => (
            <th key={label} scope="col" className="py-1 pl-3 text-right font-medium">
              {label || title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {spread(times.length, tableRows).map((i) => (
          <tr key={i} className="border-t border-line">
            <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-soft">
              {clock(times[i]! * 1_000)}
            </th>
            {lines.map(({ label, values }) => (
              <td key={label} className="py-1 pl-3 text-right">
                {values[i] === null || values[i] === undefined ? '–' : number(values[i], digits, true)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** One chart with its legend and values; screen readers get a sentence, and every reader can switch to a table. */
export const Chart = (chart: ChartProps) => {
  const { w, number, clock, near } = useOperatorI18n();
  const [cursor, setCursor] = useState<number | null>(null);
  const id = useId();
  const { name, title, times, lines, limit, marks, digits = 0, minutes, now, asTable } = chart;
  const at = cursor !== null && cursor < times.length ? cursor : null;
  const text = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : number(value, digits, true));
  const spoken = lines
    .map(({ label, values }) => ({ called: label ? `${title}, ${label}` : title, summary: summaryOf(values) }))
    .map(({ called, summary }) =>
      summary
        ? w('chart.summary', { name: called, last: text(summary.last), low: text(summary.low), high: text(summary.high), minutes })
        : `${called}: ${w('chart.empty')}`,
    )
    .join(' ');
  return (
    <figure aria-labelledby={id} data-testid={`chart-${name}`} className="flex min-w-0 flex-col gap-1 bg-paper px-3 pt-3 pb-2">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5 px-1">
        <span id={id} className="text-xs font-semibold">
          {title}
        </span>
        <span className="flex flex-wrap gap-x-3 text-xs text-ink-soft">
          <span>{times.length === 0 ? '' : near(new Date((at === null ? times.at(-1)! : times[at]!) * 1_000).toISOString(), now)}</span>
          {lines.map(({ label, color, values }) => (
            <span key={label} className="inline-flex items-baseline gap-1.5">
              {lines.length > 1 && (
                <span aria-hidden="true" className="h-0.5 w-3 self-center" style={{ background: `var(--chart-${color})` }} />
              )}
              {label} <b className="font-semibold text-ink">{text(at === null ? values.at(-1) : values[at])}</b>
            </span>
          ))}
          {limit && (
            <span>
              {limit.label} {number(limit.value, 3)}
            </span>
          )}
        </span>
      </figcaption>
      {asTable ? (
        <ChartTable chart={chart} />
      ) : (
        <div role="img" aria-label={spoken}>
          <Canvas chart={chart} onCursor={setCursor} />
        </div>
      )}
      {(marks?.at.length ?? 0) > 0 && (
        <p className="px-1 text-xs text-ink-soft">
          {marks!.label}:{' '}
          {marks!.at
            .slice(-3)
            .map((moment) => clock(moment * 1_000))
            .join(', ')}
        </p>
      )}
    </figure>
  );
};
