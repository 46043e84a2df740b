import { Type, type TSchema } from 'typebox';

/** Parts of the shared schemas. */
export const object = <T extends Record<string, TSchema>>(properties: T, id: string, description: string) =>
  Type.Object(properties, { $id: id, additionalProperties: false, description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const time = (description: string) => Type.String({ format: 'date-time', description: `${description}; ISO 8601 UTC` });
export const hex = (bytes: number, description: string) =>
  Type.String({ pattern: `^[0-9a-f]{${bytes * 2}}$`, description: `${description}; ${bytes} bytes, lower-case hex` });
