/** `Cache-Control` of successful answers, by what they are; every refusal is `no-store`. A table for operators of caches: docs/API.md. */
export const cacheControl = {
  /** Of one visitor, shop or operator. */
  own: 'private, no-store',
  /** The same for everyone, made at most once a second. While the origin is away a cache may go on with it, for as long as the line itself does. */
  tick: 'public, max-age=1, stale-if-error=30',
  /** The draw: what is public of it only grows, so an older answer is of no use. */
  second: 'public, max-age=1',
  /** The address names the content. */
  content: 'public, max-age=31536000, immutable',
  /** Public keys, and the documents of the API. */
  document: 'public, max-age=300',
} as const;
export type Caching = keyof typeof cacheControl;
