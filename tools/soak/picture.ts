import type { Sample } from './sampler.ts';

const panel = { width: 420, height: 150, left: 60, right: 110, top: 28, bottom: 24 };
const colours = ['#2563eb', '#d97706', '#059669', '#7c3aed', '#dc2626', '#0891b2'];
interface Line {
  name: string;
  points: [hours: number, value: number][];
}

const mebibyte = 1_024 ** 2;
const lineOf = (name: string, samples: readonly Sample[], of: (sample: Sample) => number | null | undefined): Line => ({
  name,
  points: samples.flatMap((sample) => {
    const value = of(sample);
    return typeof value === 'number' && Number.isFinite(value) ? [[sample.seconds / 3_600, value] as [number, number]] : [];
  }),
});

const drawPanel = (title: string, lines: readonly Line[], at: { x: number; y: number }, hours: number): string => {
  const { width, height, left, right, top, bottom } = panel;
  const most = Math.max(1, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const x = (value: number): number => left + (value / hours) * (width - left - right);
  const y = (value: number): number => height - bottom - (value / most) * (height - top - bottom);
  const label = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US'));
  const drawn = lines.map(({ name, points }, i) => {
    const colour = colours[i % colours.length]!;
    const path = points.map(([hour, value]) => `${x(hour).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${width - right + 8}" y="${top + 8 + i * 15}" fill="${colour}">${name}</text>`;
  });
  const axis = [0, most / 2, most]
    .map(
      (value) =>
        `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#e5e7eb"/><text x="${left - 6}" y="${y(value) + 4}" text-anchor="end" fill="#374151">${label(value)}</text>`,
    )
    .join('');
  return `<g transform="translate(${at.x},${at.y})"><text x="${left}" y="16" font-size="13" fill="#111827">${title}</text>${axis}${drawn.join('')}<text x="${width - right}" y="${height - 8}" text-anchor="end" fill="#374151">${hours.toFixed(1)} h</text></g>`;
};

/** Heap, resident memory, handles, Redis and times over the run, one small chart each, all from zero. */
export const soakPicture = (samples: readonly Sample[]): string => {
  const hours = Math.max(1, samples.at(-1)?.seconds ?? 0) / 3_600;
  const names = ['gateway-0', 'queue-0', 'admission-0', 'purchase-0', 'web'];
  const process = (of: 'rss' | 'heap' | 'handles', by: number): Line[] =>
    names.map((name) =>
      lineOf(name.replace('-0', ''), samples, ({ processes }) => {
        const value = processes[name]?.[of];
        return typeof value === 'number' ? value / by : null;
      }),
    );
  const panels: [string, Line[]][] = [
    ['Heap, MiB', process('heap', mebibyte)],
    ['Resident memory, MiB', process('rss', mebibyte)],
    ['Handles', process('handles', 1)],
    ['Redis, MiB', [lineOf('memory', samples, ({ redis }) => redis && redis.bytes / mebibyte)]],
    ['Keys of Redis', [lineOf('keys', samples, ({ redis }) => redis?.keys)]],
    ['Answers, median, ms', ['join', 'purchase', 'page of a sale'].map((kind) => lineOf(kind, samples, ({ times }) => times[kind]?.p50))],
  ];
  const drawn = panels.map(([title, lines], i) =>
    drawPanel(title, lines, { x: (i % 2) * panel.width, y: Math.floor(i / 2) * panel.height }, hours),
  );
  const [width, height] = [panel.width * 2, panel.height * Math.ceil(panels.length / 2)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11"><rect width="${width}" height="${height}" fill="#fff"/>${drawn.join('')}</svg>\n`;
};
