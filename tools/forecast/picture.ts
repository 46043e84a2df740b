import type { Bin } from './tally.ts';

const side = 420;
const margin = { left: 60, right: 20, top: 40, bottom: 50 };

/** The calibration curve: on the diagonal what was said is what happened; the area of a point is the number of chances. */
export const calibrationPicture = (bins: readonly Bin[]): string => {
  const span = side - margin.left - margin.right;
  const x = (share: number): number => margin.left + share * span;
  const y = (share: number): number => margin.top + (1 - share) * (side - margin.top - margin.bottom);
  const most = Math.max(...bins.map(({ count }) => count));
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => {
    const text = `${Math.round(share * 100)} %`;
    return `<line x1="${x(0)}" x2="${x(1)}" y1="${y(share)}" y2="${y(share)}" stroke="#e5e7eb"/><text x="${margin.left - 8}" y="${y(share) + 4}" text-anchor="end">${text}</text><text x="${x(share)}" y="${side - margin.bottom + 20}" text-anchor="middle">${text}</text>`;
  });
  const points = bins.map(({ said, happened }) => `${x(said).toFixed(1)},${y(happened).toFixed(1)}`);
  const dots = bins.map(
    ({ said, happened, count }) =>
      `<circle cx="${x(said).toFixed(1)}" cy="${y(happened).toFixed(1)}" r="${(3 + 7 * Math.sqrt(count / most)).toFixed(1)}" fill="#2563eb" fill-opacity="0.6"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" font-family="sans-serif" font-size="12"><rect width="${side}" height="${side}" fill="#fff"/><text x="${margin.left}" y="22" font-size="15">Chance said, and how often tickets were left</text>${grid.join('')}<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#9ca3af" stroke-dasharray="4 4"/><polyline points="${points.join(' ')}" fill="none" stroke="#2563eb" stroke-width="2"/>${dots.join('')}<text x="${(x(0) + x(1)) / 2}" y="${side - 8}" text-anchor="middle">chance said</text></svg>\n`;
};
