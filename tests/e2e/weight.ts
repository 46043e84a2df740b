import type { CDPSession, Page } from '@playwright/test';
import { knowNames } from './page.ts';

export interface Weight {
  /** Bytes over the wire, with headers, as Chromium counted them. */
  scriptBytes: number;
  documentBytes: number;
  styleBytes: number;
  fontBytes: number;
  allBytes: number;
  requests: number;
  /** Origins other than the page's own. */
  foreign: string[];
  /** Header names that should stay inside. */
  leaks: string[];
}

/** Counts everything the page fetches from now on. */
export const weigh = async (page: Page): Promise<{ devtools: CDPSession; read: () => Weight }> => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const types = new Map<string, string>();
  const bytes = new Map<string, number>();
  const origins = new Set<string>();
  const leaks = new Set<string>();
  devtools.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    types.set(requestId, type ?? 'Other');
    if (/^(https?|wss?):/.test(request.url)) origins.add(new URL(request.url).host);
  });
  devtools.on('Network.responseReceived', ({ response }) => {
    for (const name of Object.keys(response.headers))
      if (/^x-(middleware|powered|nextjs-(?!cache|prerender|stale))/i.test(name)) leaks.add(name.toLowerCase());
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  const sum = (type?: string): number =>
    [...bytes].filter(([id]) => type === undefined || types.get(id) === type).reduce((total, [, size]) => total + size, 0);
  return {
    devtools,
    read: () => ({
      scriptBytes: sum('Script'),
      documentBytes: sum('Document'),
      styleBytes: sum('Stylesheet'),
      fontBytes: sum('Font'),
      allBytes: sum(),
      requests: bytes.size,
      foreign: [...origins].filter((host) => host !== new URL(page.url()).host),
      leaks: [...leaks],
    }),
  };
};

export const budgetOf = ({ documentBytes, styleBytes, scriptBytes }: Weight): number => documentBytes + styleBytes + scriptBytes;

export interface Calm {
  /** Cumulative layout shift: the largest session window, as browsers report it. */
  cls: number;
  shifts: string[];
  longTasks: number[];
  /** Properties of inline styles that were moved by script, and of animations. */
  animated: string[];
  paintMs: number;
  largestPaintMs: number;
}

/** Before the page is opened: watches layout shifts, long tasks and what is animated. `readCalm` reads what was seen. */
export const watchCalm = async (page: Page): Promise<void> => {
  await knowNames(page);
  await page.addInitScript(() => {
    const seen = {
      shifts: [] as { value: number; at: number; what: string }[],
      long: [] as number[],
      animated: new Set<string>(),
      paint: 0,
      largest: 0,
    };
    (window as unknown as { seen: typeof seen }).seen = seen;
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources?: { node?: Element | null }[] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        const what = (entry.sources ?? [])
          .map(({ node }) => `${node?.nodeName ?? '?'}.${String((node as HTMLElement | null)?.className ?? '').slice(0, 40)}`)
          .join(', ');
        seen.shifts.push({ value: entry.value, at: entry.startTime, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.long.push(duration);
    }).observe({ type: 'longtask', buffered: true });
    new PerformanceObserver((list) => {
      for (const { startTime, name } of list.getEntries()) if (name === 'first-contentful-paint') seen.paint = startTime;
    }).observe({ type: 'paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) seen.largest = startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    const properties = (text: string | null): Map<string, string> =>
      new Map(
        (text ?? '')
          .split(';')
          .map((pair) => pair.split(':', 2).map((part) => part.trim()) as [string, string])
          .filter(([name]) => name),
      );
    new MutationObserver((records) => {
      for (const { target, oldValue } of records) {
        const [before, now] = [properties(oldValue), properties((target as Element).getAttribute('style'))];
        for (const name of new Set([...before.keys(), ...now.keys()])) if (before.get(name) !== now.get(name)) seen.animated.add(name);
      }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['style'], attributeOldValue: true });
    const look = (): void => {
      for (const animation of document.getAnimations()) {
        for (const frame of (animation.effect as KeyframeEffect | null)?.getKeyframes() ?? []) {
          for (const name of Object.keys(frame))
            if (!['offset', 'computedOffset', 'easing', 'composite'].includes(name)) seen.animated.add(name);
        }
      }
      setTimeout(look, 100);
    };
    look();
  });
};

export const readCalm = (page: Page): Promise<Calm> =>
  page.evaluate(() => {
    type Seen = {
      shifts: { value: number; at: number; what: string }[];
      long: number[];
      animated: Set<string>;
      paint: number;
      largest: number;
    };
    const { shifts, long, animated, paint, largest } = (window as unknown as { seen: Seen }).seen;
    let cls = 0;
    let sum = 0;
    let from = -Infinity;
    let last = -Infinity;
    for (const { value, at } of shifts) {
      if (at - last > 1_000 || at - from > 5_000) [sum, from] = [0, at];
      sum += value;
      last = at;
      cls = Math.max(cls, sum);
    }
    return {
      cls,
      shifts: shifts.map(({ value, what }) => `${value.toFixed(4)} ${what}`),
      longTasks: long.map(Math.round),
      animated: [...animated].sort(),
      paintMs: Math.round(paint),
      largestPaintMs: Math.round(largest),
    };
  });

export const limits = {
  /** Page, styles and scripts over the wire, of the page of a sale and the wait, bytes. */
  waitingBytes: 170_000,
  /** JavaScript over the wire from the first visit to the turn, bytes. */
  scriptBytes: 160_000,
  /** The page itself, with the texts of its language: what a connection sends before the first acknowledgement (RFC 6928), bytes. */
  documentBytes: 14_600,
  cls: 0.02,
  animated: ['--characters', 'opacity', 'transform', 'transform-origin', 'will-change'],
} as const;
