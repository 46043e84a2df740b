import { zonedText } from '../../lib/i18n/format.ts';
import type { Language } from '../../lib/i18n/messages.ts';

/** A moment in words ends with the time of day and the name of the zone. The seconds stay where they are zero: figures that change each second do not jump. */
const partsOf = (moment: string): { day: string; time: string; zone: string } => {
  const words = moment.split(' ');
  const time = words.at(-2) ?? '';
  return { day: words.slice(0, -2).join(' '), time: time.length === 5 ? `${time}:00` : time, zone: words.at(-1) ?? '' };
};
const join = (...words: string[]): string => words.filter((word) => word !== '').join(' ');

/** A time near `nowIso`: time of day and zone; with the date where that is not today's. `zone`: IANA name. */
export const nearText = (language: Language, iso: string, nowIso: string, zone: string): string => {
  const { day, ...at } = partsOf(zonedText(language, iso, zone));
  return join(day === partsOf(zonedText(language, nowIso, zone)).day ? '' : day, at.time, at.zone);
};

/** Both ends of a span near `nowIso`; what the second one shares with the first is said once. */
export const nearSpan = (language: Language, from: string, to: string, nowIso: string, zone: string): { from: string; to: string } => {
  const [start, end] = [partsOf(zonedText(language, from, zone)), partsOf(zonedText(language, to, zone))];
  const today = partsOf(zonedText(language, nowIso, zone)).day;
  return {
    from: join(start.day === today ? '' : start.day, start.time, start.zone === end.zone ? '' : start.zone),
    to: join(end.day === start.day ? '' : end.day, end.time, end.zone),
  };
};
