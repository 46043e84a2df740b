import { returnEntryFault } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

export interface GateReading {
  outcome: 'read';
  /** Creation time of the sale: another one for another sale of the same name. */
  generation: number;
  /** Addresses that it guards; none when it has none, or none that can be read. */
  returnUrls: readonly string[];
  /** Number of its last event. */
  event: number;
}

/** Entries that are not good guard nothing: what is stored was judged before, and may have been changed by hand. */
const entriesOf = (json: string): string[] => {
  try {
    const urls: unknown = JSON.parse(json || '[]');
    return Array.isArray(urls) ? urls.filter((url): url is string => typeof url === 'string' && returnEntryFault(url) === null) : [];
  } catch {
    return [];
  }
};

export const readGate = defineScript<null, GateReading | NoSale>({
  name: 'gateway/read-gate',
  url: new URL('./read-gate.lua', import.meta.url),
  keys: ['sale', 'flow'],
  arguments: () => [],
  decode: (reply) => {
    const [generation, returnUrls, event] = reply as string[];
    if (generation === undefined) return { outcome: 'no_sale' };
    return { outcome: 'read', generation: Number(generation), returnUrls: entriesOf(returnUrls!), event: Number(event) };
  },
});
