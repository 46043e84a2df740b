/** A day of 24 hours from 00:00. `hour12: false` is another thing: in English and Korean, with Chromium, it writes 24:05 after midnight. */
const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** How the console writes times in a language, in the local zone. */
export const clocksOf = (language: string) => ({
  minutes: new Intl.DateTimeFormat(language, time),
  seconds: new Intl.DateTimeFormat(language, { ...time, second: '2-digit' }),
  day: new Intl.DateTimeFormat(language, { ...time, month: 'short', day: 'numeric' }),
  /** With the year, and the zone by its name. */
  whole: new Intl.DateTimeFormat(language, { ...time, year: 'numeric', month: 'short', day: 'numeric', timeZoneName: 'short' }),
});
