import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import {
  asyncApiDocument,
  closeCodeDocs,
  closeCodes,
  closeReason,
  errorCatalogue,
  frameDocs,
  handshakeRefusals,
  liveFrames,
  metricCatalogue,
} from '@sunbeon/contracts';
import type { TSchema } from 'typebox';
import Schema from 'typebox/schema';
import { Value } from 'typebox/value';

interface Message {
  payload: { $ref: string };
  examples: { payload: unknown }[];
  summary: string;
  description: string;
}
interface Document {
  channels: {
    live: {
      address: string;
      messages: Record<string, unknown>;
      'x-close-codes': { code: number }[];
      'x-handshake-refusals': { detail: string }[];
    };
  };
  operations: { sendFrames: { action: string; messages: { $ref: string }[] } };
  components: { messages: Record<string, Message>; schemas: Record<string, unknown> };
}
const document = JSON.parse(JSON.stringify(asyncApiDocument('1.2.3'))) as Document;
const types = Object.keys(liveFrames) as (keyof typeof liveFrames)[];
/** The specification's own JSON Schema. */
const specification = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8'),
) as object;

/** Paths of properties without a description, and of dangling references. */
const gapsOf = (value: unknown, path = ''): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { properties, $ref } = value as { properties?: Record<string, { description?: string; $ref?: string }>; $ref?: string };
  const nameless = Object.entries(properties ?? {})
    .filter(([, { description, $ref: reference }]) => !description && !reference)
    .map(([name]) => `${path}/${name}`);
  const target =
    typeof $ref === 'string'
      ? $ref
          .slice(2)
          .split('/')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
      : true;
  return [
    ...nameless,
    ...(target === undefined ? [`${path} → ${$ref}`] : []),
    ...Object.entries(value).flatMap(([key, item]) => gapsOf(item, `${path}/${key}`)),
  ];
};

describe('the AsyncAPI document', () => {
  it('is valid by the JSON Schema of AsyncAPI 3, and another one is not', () => {
    expect(Schema.Errors(specification, document)).toEqual([true, []]);
    const wrong = structuredClone(document);
    wrong.operations.sendFrames.action = 'shout';
    expect(Schema.Check(specification, wrong)).toBe(false);
  });

  it('has a message for every frame of the code, and no other', () => {
    expect(Object.keys(document.channels.live.messages)).toEqual(types);
    expect(document.operations.sendFrames.messages.map(({ $ref }) => $ref)).toEqual(
      types.map((type) => `#/channels/live/messages/${type}`),
    );
    expect(metricCatalogue.sunbeon_frames_total.labels.type).toEqual(expect.arrayContaining(types));
    expect(metricCatalogue.sunbeon_frames_total.labels.type).toHaveLength(types.length);
  });

  it('describes every field of every frame, and all references lead somewhere', () => {
    expect(gapsOf(document.components)).toEqual([]);
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Sale', 'Visitor', 'Hold', 'Purchase', 'stateFrame']));
  });

  it.each(types)('%s: its example is valid by its schema', (type) => {
    expect([...Value.Errors(liveFrames[type] as TSchema, frameDocs[type].example)]).toEqual([]);
    expect(document.components.messages[type]!.examples[0]!.payload).toEqual(frameDocs[type].example);
  });

  it('lists every close code and every refusal of the handshake', () => {
    expect(document.channels.live['x-close-codes'].map(({ code }) => code)).toEqual(Object.values(closeCodes));
    expect(document.channels.live['x-handshake-refusals'].map(({ detail }) => detail)).toEqual(
      Object.values(handshakeRefusals).map(({ detail }) => detail),
    );
    expect(
      Object.values(handshakeRefusals)
        .map(({ code }) => errorCatalogue[code].status)
        .sort(),
    ).toEqual([401, 401, 403, 403, 426, 426, 426]);
  });

  it('requests a reconnect after exactly those close codes that carry a time', () => {
    for (const name of Object.keys(closeCodes) as (keyof typeof closeCodes)[])
      expect([name, closeReason(name, 0.5) !== '']).toEqual([name, closeCodeDocs[name].reconnects]);
  });
});
