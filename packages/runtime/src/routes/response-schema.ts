import type { PublicRoute } from '@sunbeon/contracts';

/** Schemas of the bodies, by status. Fastify compiles them at the start, and writes the properties of the schema and no others. */
export type ResponseSchema = Record<number, object>;

/** What the entry's answers contain. */
export const responseSchemaOf = ({ answers }: PublicRoute): ResponseSchema =>
  Object.fromEntries(Object.entries(answers).flatMap(([status, id]) => (id === null ? [] : [[status, { $ref: `${id}#` }]])));
