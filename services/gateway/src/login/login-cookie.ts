import { limits, loginCookieNameOf } from '@sunbeon/contracts';
import { memberKeyOf } from '@sunbeon/runtime';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** What a login needs on its way back; nobody but this Sunbeon can read or make it. */
export interface PendingLogin {
  saleId: string;
  state: string;
  nonce: string;
  /** Of PKCE. */
  verifier: string;
}

/** Cookies of the name that are looked at: a browser has one. */
const candidates = 4;
/** Longest that a sealed login can be, characters; a longer one is none. */
const sealedCharacters = 1_024;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The one cookie of a login: HttpOnly, and Lax, so that it comes with the redirect from the provider's site. `secret`: `MEMBER_SECRET`; `now`: ms. */
export const createLoginCookie = (secret: string, isSecure: boolean, now: () => number = Date.now) => {
  const key = memberKeyOf(secret, 'login cookie');
  const name = loginCookieNameOf(isSecure);
  const cookie = (value: string, maxAgeSeconds: number): string =>
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

  const open = async (sealed: string): Promise<PendingLogin | null> => {
    try {
      const { payload } = await jwtDecrypt(sealed, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const { saleId, state, nonce, verifier } = payload;
      return isText(saleId) && isText(state) && isText(nonce) && isText(verifier) ? { saleId, state, nonce, verifier } : null;
    } catch {
      return null;
    }
  };

  return {
    set: async (login: PendingLogin): Promise<string> =>
      cookie(
        await new EncryptJWT({ ...login })
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .setExpirationTime(Math.floor(now() / 1_000) + limits.loginSeconds)
          .encrypt(key),
        limits.loginSeconds,
      ),
    clear: cookie('', 0),
    /** The login that a browser began; null for none, one of another secret, and one whose time is over. */
    read: async (header: string | undefined): Promise<PendingLogin | null> => {
      const sealed = (header?.split(';') ?? [])
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`) && pair.length <= sealedCharacters)
        .slice(0, candidates);
      for (const pair of sealed) {
        const login = await open(pair.slice(name.length + 1));
        if (login !== null) return login;
      }
      return null;
    },
  };
};
export type LoginCookie = ReturnType<typeof createLoginCookie>;
