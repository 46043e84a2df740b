'use client';

import { useId } from 'react';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { roundUp, type Curve } from './curves.ts';

export interface Line {
  /** '' when there is one line only, which the title names. */
  label: string;
  color: 1 | 2 | 3;
  curve: readonly Curve[];
}
interface FigureProps {
  name: string;
  title: string;
  lines: readonly Line[];
  /** The whole sale, ms. */
  fromMs: number;
  toMs: number;
  /** A time of day, with the date for a sale of several days. */
  timeOf: (ms: number) => string;
}

/** Size of the plot in units of its picture. */
const plot = { left: 44, right: 352, top: 10, bottom: 108 } as const;
const dashes = [undefined, '5 3', '1.5 3'] as const;

/** A curve over the whole sale, as a picture that is sharp on paper too; lines differ by more than their colour. */
export const Figure = ({ name, title, lines, fromMs, toMs, timeOf }: FigureProps) => {
  const { w, number } = useOperatorI18n();
  const id = useId();
  const peaks = lines.map(({ curve }) =>
    curve.reduce<Curve | null>((high, point) => (high && high.value >= point.value ? high : point), null),
  );
  const top = roundUp(Math.max(1, ...peaks.map((peak) => peak?.value ?? 0)));
  const x = (ms: number): number => plot.left + ((plot.right - plot.left) * (ms - fromMs)) / Math.max(1, toMs - fromMs);
  const y = (value: number): number => plot.bottom - ((plot.bottom - plot.top) * value) / top;
  const digits = top < 10 ? 1 : 0;
  const said = lines
    .map(({ label, curve }, i) => {
      const called = label ? `${title}, ${label}` : title;
      const [peak, last] = [peaks[i], curve.at(-1)];
      return peak && last
        ? w('report.curve.said', {
            name: called,
            high: number(peak.value, digits),
            time: timeOf(peak.atMs),
            last: number(last.value, digits),
          })
        : `${called}: ${w('report.curve.empty')}`;
    })
    .join(' ');
  return (
    <figure aria-labelledby={id} data-testid={`figure-${name}`} className="report-figure min-w-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3 text-xs">
        <span id={id} className="font-semibold">
          {title}
        </span>
        {lines.length > 1 && (
          <span className="flex gap-x-3 text-ink-soft">
            {lines.map(({ label, color }, i) => (
              <span key={label} className="inline-flex items-center gap-1.5">
                <svg aria-hidden="true" width="18" height="4">
                  <line x1="0" y1="2" x2="18" y2="2" stroke={`var(--chart-${color})`} strokeWidth="2" strokeDasharray={dashes[i]} />
                </svg>
                {label}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <svg role="img" aria-label={said} viewBox="0 0 360 126" className="mt-1 w-full text-[9px]">
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={plot.left} x2={plot.right} y1={y(top * share)} y2={y(top * share)} stroke="var(--chart-grid)" />
            <text x={plot.left - 5} y={y(top * share) + 3} textAnchor="end" fill="var(--chart-text)">
              {number(top * share, digits)}
            </text>
          </g>
        ))}
        {[0, 0.5, 1].map((share) => (
          <text
            key={share}
            x={plot.left + (plot.right - plot.left) * share}
            y="121"
            textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
            fill="var(--chart-text)"
          >
            {timeOf(fromMs + (toMs - fromMs) * share)}
          </text>
        ))}
        {lines.map(({ label, color, curve }, i) => (
          <polyline
            key={label}
            points={curve.map(({ atMs, value }) => `${x(atMs).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
            fill="none"
            stroke={`var(--chart-${color})`}
            strokeWidth="1.4"
            strokeDasharray={dashes[i]}
            strokeLinejoin="round"
          />
        ))}
      </svg>
    </figure>
  );
};
