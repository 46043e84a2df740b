import { describe, expect, it } from '@jest/globals';
import { decodeResponses, encodeResults, type RpcResult } from '@sunbeon/contracts';

describe('answers of a service to the gateway', () => {
  it('keep status, headers and token of each, and its body as text', () => {
    const answers: RpcResult[] = [
      { status: 200, body: { title: 'two\nlines \u2028 and "more" 순번' } },
      { status: 201, body: { token: 't' }, token: 't' },
      { status: 503, body: { code: 'unavailable' }, headers: { 'retry-after': '2' } },
      { status: 200, body: {} },
    ];
    expect(decodeResponses(encodeResults(answers)).map(({ text, ...head }) => ({ ...head, body: JSON.parse(text) as unknown }))).toEqual(
      answers,
    );
    expect(decodeResponses(encodeResults([]))).toEqual([]);
  });

  it('are refused when one is missing, or in another format', () => {
    const encoded = encodeResults([
      { status: 200, body: 1 },
      { status: 200, body: 2 },
    ]);
    for (const wrong of [
      encoded.slice(0, encoded.lastIndexOf('\n')),
      `${encoded}\n3`,
      '',
      '{"answers":[]}',
      'null\n1',
      '[null]\n1',
      '[{}]\n1',
      '"a"\n1',
      '<html>',
    ])
      expect(() => decodeResponses(wrong)).toThrow();
  });
});
