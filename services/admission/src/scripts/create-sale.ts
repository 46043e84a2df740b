import { lobbyDefaults, saleDefaults, saleKeys, settingRanges, type CreateSale } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import { newSeed } from '../draw/seed.ts';
import type { RehearsalFields } from '../rehearsals/copy-of.ts';
import { membersText, millisOf, returnUrlsText } from '../sale-fields.ts';

/** `foreign_key`: a key of the sale exists already. `invalid`: the refused settings. */
export type CreateOutcome =
  { outcome: 'created' | 'exists' } | { outcome: 'foreign_key'; key: string } | { outcome: 'invalid'; faults: string[] };

const { perVisitorLimit: _limit, holdSeconds: _hold, ...gateDefaults } = saleDefaults;
const written = ['sale', 'stock', 'flow', 'events', 'auditLog', 'drawSeed'] as const;

/** Creates a sale from a validated body. */
export const createSale = defineScript<CreateSale & Partial<RehearsalFields> & { by?: Actor }, CreateOutcome>({
  name: 'admission/create-sale',
  url: new URL('./create-sale.lua', import.meta.url),
  keys: [...written, ...saleKeys.filter((name) => !(written as readonly string[]).includes(name))],
  hidesArguments: true,
  arguments: ({
    saleId: _,
    by,
    kind = 'shop',
    stock = 0,
    draft = false,
    lobbyOpensAt,
    opensAt,
    closesAt,
    message,
    title,
    returnUrls,
    members,
    ...settings
  }) => [
    actorText(by),
    stock,
    JSON.stringify(settingRanges),
    ...newSeed(),
    draft ? '1' : '',
    'lobbyOpensAt',
    millisOf(lobbyOpensAt),
    'opensAt',
    millisOf(opensAt),
    'kind',
    kind,
    'returnUrls',
    returnUrlsText(returnUrls),
    'members',
    membersText(members),
    'title',
    title,
    'closesAt',
    millisOf(closesAt),
    'message',
    message ?? '',
    ...Object.entries({ ...(kind === 'gate' ? gateDefaults : saleDefaults), ...(lobbyOpensAt ? lobbyDefaults : {}), ...settings }).flatMap(
      ([name, value]) => [name, String(value)],
    ),
  ],
  decode: (reply) => {
    const [outcome, ...rest] = reply as [CreateOutcome['outcome'], ...string[]];
    if (outcome === 'foreign_key') return { outcome, key: rest[0]! };
    return outcome === 'invalid' ? { outcome, faults: rest } : { outcome };
  },
});
