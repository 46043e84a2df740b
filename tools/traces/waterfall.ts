import { inOrder, type TraceSpan } from './spans.ts';

const width = 940;
const rowHeight = 30;
const margin = { left: 330, right: 90, top: 92, bottom: 40 };
/** A colour for each place, legible on white and on black. */
const colours: Record<string, string> = { browser: '#0d9488', gateway: '#3b82f6', purchase: '#a855f7', redis: '#ea580c' };
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
/** A script is run by its service, in Redis. */
const placeOf = ({ service, name }: TraceSpan): string => (/^\w+\/\w/.test(name) ? 'redis' : service);
const durationOf = ({ startMs, endMs }: TraceSpan): string => (endMs - startMs < 0.1 ? '' : `${(endMs - startMs).toFixed(1)} ms`);

/** Steps of the axis: at most ten, of 1, 2 or 5 times a power of ten. */
const stepOf = (ms: number): number => {
  const power = 10 ** Math.floor(Math.log10(ms / 10));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => ms / step <= 10)!;
};

/** One trace as a waterfall: a row for each span, below its parent, on an axis of time from the first one's start. */
export const waterfall = (spans: readonly TraceSpan[], title: string, about: string): string => {
  const rows = inOrder(spans);
  const fromMs = Math.min(...spans.map(({ startMs }) => startMs));
  const spanMs = Math.max(...spans.map(({ endMs }) => endMs)) - fromMs;
  const height = margin.top + rows.length * rowHeight + margin.bottom;
  const x = (ms: number): number => margin.left + (ms / spanMs) * (width - margin.left - margin.right);
  const step = stepOf(spanMs);
  const grid = Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, i) => i * step).map((ms) => {
    const at = x(ms).toFixed(1);
    const text = `${Number(ms.toFixed(3))}${ms === 0 ? ' ms' : ''}`;
    return `<line class="grid" x1="${at}" x2="${at}" y1="${margin.top - 6}" y2="${height - margin.bottom}"/><text class="quiet" x="${at}" y="${height - margin.bottom + 18}" text-anchor="middle">${text}</text>`;
  });
  const bars = rows.map(({ span, depth }, i) => {
    const y = margin.top + i * rowHeight;
    const [from, to] = [x(span.startMs - fromMs), x(span.endMs - fromMs)];
    const colour = colours[placeOf(span)] ?? '#6b7280';
    const isMark = to - from < 2;
    const shape = isMark
      ? `<path d="M${from.toFixed(1)} ${y + 3}l7 9l-7 9l-7 -9z" fill="${colour}"/>`
      : `<rect x="${from.toFixed(1)}" y="${y + 4}" width="${(to - from).toFixed(1)}" height="16" rx="3" fill="${colour}"/>`;
    return `<text x="${16 + depth * 14}" y="${y + 17}">${escaped(span.name)}</text>${shape}<text class="quiet" x="${((isMark ? from + 6 : to) + 6).toFixed(1)}" y="${y + 17}">${durationOf(span)}</text>`;
  });
  const legend = Object.entries({ browser: 'browser', gateway: 'gateway', purchase: 'purchase service', redis: 'Lua script in Redis' }).map(
    ([place, text], i) =>
      `<rect x="${16 + i * 140}" y="54" width="12" height="12" rx="3" fill="${colours[place]}"/><text x="${34 + i * 140}" y="65">${text}</text>`,
  );
  const style = `text{fill:#1f2937}.quiet{fill:#6b7280}.grid{stroke:#e5e7eb}.page{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.quiet{fill:#9ca3af}.grid{stroke:#374151}.page{fill:#0d1117}}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img"><title>${escaped(title)}</title><style>${style}</style><rect class="page" width="${width}" height="${height}"/><text x="16" y="24" font-size="16" font-weight="bold">${escaped(title)}</text><text class="quiet" x="16" y="43">${escaped(about)}</text>${legend.join('')}${grid.join('')}${bars.join('')}</svg>\n`;
};
