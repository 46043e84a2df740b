/** A fresh Idempotency-Key of 128 random bits. `randomUUID` exists on secure origins only; a phone on a LAN has none. */
export const newKey = (): string => {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
};
