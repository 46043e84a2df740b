import { describe, expect, it } from '@jest/globals';
import { createTokens, keyId } from '@sunbeon/runtime';
import { cookieToken, verdictOn } from '../src/identity.ts';

const tokens = createTokens('a'.repeat(32));
const good = tokens.sign({ saleId: 'one', visitorId: 'v', seq: 7, generation: 1 });
const old = createTokens('b'.repeat(32)).sign({ saleId: 'one', visitorId: 'w', seq: 8, generation: 1 });
const ofOther = tokens.sign({ saleId: 'two', visitorId: 'v', seq: 7, generation: 1 });

describe('cookies of one name', () => {
  it.each([
    ['one', `sunbeon_one=${good}`],
    ['a quoted one', `sunbeon_one="${good}"`],
    ['spaces and empty parts', ` ;; a=b;\t sunbeon_one=${good} ;`],
    ['one from another key first', `sunbeon_one=${old}; sunbeon_one=${good}`],
    ['one of another sale first', `sunbeon_one=${ofOther}; sunbeon_one=${good}`],
    ['nonsense first', `sunbeon_one=x; sunbeon_one=; sunbeon_one="; sunbeon_one=a.b; sunbeon_one=${good}`],
    ['a hundred of nonsense first', `${'sunbeon_one=x.; '.repeat(100)}sunbeon_one=${good}`],
    ['the same bad one often', `${`sunbeon_one=${old}; `.repeat(30)}sunbeon_one=${good}`],
    ['a bad one last', `sunbeon_one=${good}; sunbeon_one=${old}`],
    ['names that only end alike', `xsunbeon_one=${old}; a=sunbeon_one=${old}; sunbeon_one=${good}`],
  ])('the good one counts: %s', (_, header) => expect(cookieToken(tokens, header, 'one')).toBe(good));
  it.each([
    ['nothing', undefined],
    ['another sale', `sunbeon_two=${ofOther}`],
    ['half a quote', `sunbeon_one="${good}`],
    ['another case', `Sunbeon_One=${good}`],
    ['a value that holds the name', `a=sunbeon_one=${good}`],
    ['a longer name', `sunbeon_one_2=${good}`],
  ])('none is found: %s', (_, header) => expect(cookieToken(tokens, header, 'one')).toBeUndefined());
  it('without a good one the first is judged', () =>
    expect(cookieToken(tokens, `sunbeon_one=${old}; sunbeon_one=${ofOther}`, 'one')).toBe(old));
  it('during a key rotation, one that another instance may know is not hidden by an invalid one', () => {
    const changing = createTokens('a'.repeat(32), {
      signingId: () => keyId('a'.repeat(32)),
      mayBeElsewhere: (id) => id === keyId('b'.repeat(32)),
    });
    expect(cookieToken(changing, `sunbeon_one=a.b.c; sunbeon_one=${old}`, 'one')).toBe(old);
    expect(cookieToken(changing, `sunbeon_one=${old}; sunbeon_one=${good}`, 'one')).toBe(good);
    expect(verdictOn(changing, old, 'one')).toBe('unavailable');
    expect(verdictOn(changing, ofOther, 'one')).toBe('bad');
  });
  it('a header of 16 KB costs a bounded number of signatures', () => {
    let verified = 0;
    const counting = {
      verify: () => {
        verified += 1;
        throw new Error('bad');
      },
    };
    const many = Array.from({ length: 1_000 }, (_, i) => `sunbeon_one=a.b.${i}`).join('; ');
    cookieToken(counting, many, 'one');
    expect(verified).toBe(8);
  });
});
