import { describe, expect, it } from '@jest/globals';
import { codedErrorOf } from '@sunbeon/runtime';
import { createWrongCodes, wrongCodeLimits, isWrongCode } from '../src/routes/wrong-codes.ts';

describe('the limit of wrong codes', () => {
  it('refuses an address after 20 within a minute, and no other', () => {
    let nowMs = 1_000;
    const wrong = createWrongCodes(() => nowMs);
    for (let i = 0; i < wrongCodeLimits.guesses; i += 1) wrong('a');
    nowMs += 15_000;
    let refusal: unknown;
    try {
      wrong('a');
    } catch (error) {
      refusal = error;
    }
    expect(codedErrorOf(refusal)).toMatchObject({ code: 'rate_limited', headers: { 'retry-after': '45' } });
    expect(() => wrong('b')).not.toThrow();
    nowMs += 45_000;
    expect(() => wrong('a')).not.toThrow();
  });

  it('remembers a bounded number of addresses', () => {
    const wrong = createWrongCodes(() => 0);
    for (let i = 0; i < wrongCodeLimits.guesses; i += 1) wrong('a');
    for (let i = 0; i < wrongCodeLimits.addresses; i += 1) wrong(String(i));
    expect(() => wrong('a')).not.toThrow();
  });

  it('counts code_invalid alone', () => {
    expect(isWrongCode({ status: 403, text: '{"code":"code_invalid"}' })).toBe(true);
    expect(isWrongCode({ status: 403, text: '{"code":"proof_required"}' })).toBe(false);
    expect(isWrongCode({ status: 201, text: '{"code":"code_invalid"}' })).toBe(false);
  });
});
