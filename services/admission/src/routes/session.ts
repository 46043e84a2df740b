import { publicRoutes } from '@sunbeon/contracts';
import {
  CodedError,
  defineRoute,
  newSessionId,
  sessionHashes,
  sessionHashOf,
  sessionHeader,
  type Operators,
  type WrongTokens,
} from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { signIn } from '../scripts/sign-in.ts';
import { signOut } from '../scripts/sign-out.ts';

/** A token as it is copied from a header. */
const tokenIn = (text: string): string => text.trim().replace(/^Bearer\s+/i, '');

/** Sign-in of the console. The id of a session leaves in a header: the gateway makes a cookie of it, and no body carries it. */
export const session = (context: RouteContext, operators: Operators, refuse: WrongTokens): void => {
  const { redis } = context;

  defineRoute(context, publicRoutes.signIn, async ({ body, credentials }) => {
    const operator = operators.ofToken(tokenIn(body.token));
    if (operator === null) {
      await refuse(credentials);
      throw new CodedError('invalid_token', 'This is no token of an operator');
    }
    const { name, role } = operator;
    const id = newSessionId();
    const made = await signIn.run(redis, '', {
      id: sessionHashOf(id),
      fingerprint: operators.fingerprintOf(operator),
      ended: sessionHashes(credentials.sessions),
      by: { operator: name, address: credentials.address },
    });
    if (made === 'exists') throw new Error('two sessions have one random id');
    return { status: 200, body: { name, role }, headers: { [sessionHeader]: id } };
  });

  defineRoute(context, publicRoutes.getSession, async ({ operator }) =>
    operator === null ? { status: 204 } : { status: 200, body: { name: operator.name, role: operator.role } },
  );

  defineRoute(context, publicRoutes.signOut, async ({ operator, credentials: { sessions, address } }) => {
    const ids = sessionHashes(sessions);
    if (ids.length > 0) await signOut.run(redis, '', { ids, by: { operator: operator?.name ?? '', address } });
    return { status: 204 };
  });
};
