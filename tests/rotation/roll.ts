import { once } from 'node:events';
import { startStack, until, type Stack } from '../fixtures/stack.mjs';
import { startBalancer } from './balancer.ts';

export const keysOf = { old: 'old-secret-of-the-rotation-0123456789', new: 'new-secret-of-the-rotation-0123456789' } as const;
const secretOf = (list: string): string =>
  list
    .split(',')
    .map((name) => keysOf[name as keyof typeof keysOf])
    .join(',');
const serviceNames = ['gateway', 'queue', 'admission', 'purchase'] as const;

/** Two of each service that know `old`, behind a balancer. */
export const startRotation = async (origin = 'http://shop.test') => {
  const lists = new Map<string, string>();
  let signing: 'old' | 'new' = 'old';
  const stack: Stack = await startStack({
    built: true,
    instances: { gateway: 2, queue: 2, admission: 2, purchase: 2 },
    env: { ALLOWED_ORIGINS: origin },
    envOf: (name) => ({ TOKEN_SECRET: secretOf(lists.get(name) ?? 'old') }),
  });
  const balancer = await startBalancer(stack.gateways.map((url) => Number(new URL(url).port)));
  const lookOf = async (name: string) => {
    const response = await fetch(`${stack.ops(name)}/readyz`);
    return { isReady: response.ok, ...((await response.json()) as { missing: string[]; notes?: string[] }) };
  };
  /**
   * Replaces one process by one with another list of keys, until it is ready, reports a missing key, or waits only for others: a gateway, while
   * all instances of a service refuse.
   */
  const replace = async (name: string, list: string): Promise<'ready' | 'refuses' | 'waits'> => {
    const { child } = stack.processes.get(name)!;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    lists.set(name, list);
    stack.startService(name);
    let found: 'ready' | 'refuses' | 'waits' | undefined;
    await until(`${name} to be ready or to refuse`, async () => {
      const { isReady, missing } = await lookOf(name);
      if (isReady) found = 'ready';
      else if (missing.some((text) => text.startsWith('TOKEN_SECRET lacks'))) found = 'refuses';
      else if (missing.every((text) => text.startsWith('no instance of'))) found = 'waits';
      return found !== undefined;
    });
    return found!;
  };
  return {
    stack,
    port: balancer.port,
    replace,
    lookOf,
    /** Which key signed last. */
    signing: () => signing,
    signed: (key: 'old' | 'new') => {
      signing = key;
    },
    names: serviceNames.flatMap((kind) => [`${kind}-0`, `${kind}-1`]),
    /** Whether each queue process signs with the first of its keys. */
    signsNew: async () =>
      (await Promise.all(['queue-0', 'queue-1'].map(lookOf))).every(({ isReady, notes }) => isReady && notes === undefined),
    stop: async () => {
      balancer.stop();
      await stack.stop();
    },
  };
};
export type Rotation = Awaited<ReturnType<typeof startRotation>>;

/** The `kid` of a token. */
export const keyIdOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
