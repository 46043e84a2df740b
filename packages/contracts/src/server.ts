/** Server-only parts; imports modules of Node, so no page may import it. */
export * from './new-ids.ts';
