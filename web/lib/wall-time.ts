/** Minutes east of UTC of a zone at a moment. */
const minutesEast = (ms: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return Math.round((wall - Math.floor(ms / 60_000) * 60_000) / 60_000);
};

const dayMs = 86_400_000;

/**
 * When a clock in `zone` shows `local`, the value of a form's time field: one moment, two when the hour is repeated as the clock is set back, or none when it
 * is skipped. `ms`: the moment that a browser takes it for: the first of two; of none, as much later as the clock is set forward. Null for no time.
 */
export const wallTime = (local: string, zone: string): { times: 0 | 1 | 2; ms: number } | null => {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local) ? Date.parse(`${local}Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  const offsets = [...new Set([wall - dayMs, wall + dayMs].map((ms) => minutesEast(ms, zone)))];
  const moments = offsets.map((east) => ({ east, ms: wall - east * 60_000 })).filter(({ east, ms }) => minutesEast(ms, zone) === east);
  const ms = Math.min(...moments.map((moment) => moment.ms));
  return { times: moments.length as 0 | 1 | 2, ms: moments.length > 0 ? ms : wall - offsets[0]! * 60_000 };
};
