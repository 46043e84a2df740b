/** Whether this is Node itself, where a module may ask the network while it is loaded. Workers that imitate Node forbid it. */
export const startsInNode = (): boolean =>
  typeof process === 'object' &&
  typeof process.versions?.node === 'string' &&
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent !== 'Cloudflare-Workers';
