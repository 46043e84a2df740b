/** What only a server runs; reaches modules of Node, so no page may import it. */
export * from './new-ids.ts';
