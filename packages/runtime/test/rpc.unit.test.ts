import { describe, expect, it } from '@jest/globals';
import { decodeResponses, encodeResponses, type RpcResponse } from '@sunbeon/contracts';

describe('answers on their way from service to gateway', () => {
  it('come as they were said: status, headers and token of each, and its body as text', () => {
    const answers: RpcResponse[] = [
      { status: 200, text: JSON.stringify({ title: 'two\nlines \u2028 and "more" 순번' }) },
      { status: 201, text: '{"token":"t"}', token: 't' },
      { status: 503, text: '{"code":"unavailable"}', headers: { 'retry-after': '2' } },
      { status: 200, text: '{}' },
    ];
    expect(decodeResponses(encodeResponses(answers))).toEqual(answers);
    expect(decodeResponses(encodeResponses([]))).toEqual([]);
  });

  it('are refused when one is missing, or what came is something else', () => {
    const encoded = encodeResponses([
      { status: 200, text: '1' },
      { status: 200, text: '2' },
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
