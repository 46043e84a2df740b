import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';

export type BeginCodesOutcome = { outcome: 'begun'; atMs: number; seed: string } | { outcome: 'idempotency_conflict' } | NoSale;

/** `seed`: of the codes that this call makes, unless the key has one already. `detail`: counts and the label, never a code. */
export const beginCodes = defineScript<
  { key: string | undefined; fingerprint: string; seed: string; detail: object; by?: Actor },
  BeginCodesOutcome
>({
  name: 'admission/begin-codes',
  url: new URL('./begin-codes.lua', import.meta.url),
  keys: ['sale', 'idempotency', 'auditLog'],
  hidesArguments: true,
  arguments: ({ key, fingerprint, seed, detail, by }) => [actorText(by), key ?? '', fingerprint, seed, JSON.stringify(detail)],
  decode: (reply) => {
    const [outcome, atMs, seed] = reply as [BeginCodesOutcome['outcome'], number, string];
    return outcome === 'begun' ? { outcome, atMs, seed } : { outcome };
  },
});
