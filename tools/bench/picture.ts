import type { Size } from './scale.ts';

const width = 760;
const height = 420;
const margin = { left: 70, right: 190, top: 40, bottom: 50 };
const series: { title: string; colour: string; of: (size: Size) => number }[] = [
  { title: 'join, µs of Redis', colour: '#2563eb', of: ({ joinUs }) => joinUs },
  { title: 'place by ZRANK, µs of Redis', colour: '#d97706', of: ({ placeUs }) => placeUs },
  { title: 'tick of 50, µs of Redis', colour: '#059669', of: ({ tick50Ms }) => tick50Ms * 1_000 },
  { title: 'tick of 1,000, µs of Redis', colour: '#7c3aed', of: ({ tick1000Ms }) => tick1000Ms * 1_000 },
  { title: 'position by the mirror, µs', colour: '#dc2626', of: ({ positionNs }) => positionNs / 1_000 },
];

/** Both axes by powers of ten: a flat line is a cost that does not grow with the line. */
export const growthPicture = (sizes: readonly Size[]): string => {
  const low = -2;
  const high = 5;
  const x = (waiting: number): number => margin.left + ((Math.log10(waiting) - 3) / 3) * (width - margin.left - margin.right);
  const y = (value: number): number =>
    height - margin.bottom - ((Math.log10(value) - low) / (high - low)) * (height - margin.top - margin.bottom);
  const grid = Array.from({ length: high - low + 1 }, (_, i) => low + i).map(
    (power) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(10 ** power)}" y2="${y(10 ** power)}" stroke="#e5e7eb"/><text x="${margin.left - 8}" y="${y(10 ** power) + 4}" text-anchor="end">${(10 ** power).toLocaleString('en-US')}</text>`,
  );
  const columns = sizes.map(
    ({ waiting }) =>
      `<text x="${x(waiting)}" y="${height - margin.bottom + 20}" text-anchor="middle">${waiting.toLocaleString('en-US')}</text>`,
  );
  const lines = series.map(({ title, colour, of }) => {
    const points = sizes.map((size) => `${x(size.waiting).toFixed(1)},${y(of(size)).toFixed(1)}`);
    const last = sizes.at(-1)!;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3" fill="${colour}"/>`).join('')}<text x="${width - margin.right + 10}" y="${y(of(last)) + 4}" fill="${colour}">${title}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><rect width="${width}" height="${height}" fill="#fff"/><text x="${margin.left}" y="22" font-size="15">Cost by the length of the line (µs, both axes by powers of ten)</text>${grid.join('')}${columns.join('')}<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">people waiting</text>${lines.join('')}</svg>\n`;
};
