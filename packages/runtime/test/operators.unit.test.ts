import { describe, expect, it } from '@jest/globals';
import { publicRoutes } from '@sunbeon/contracts';
import { createOperatorCheck, parseOperators, requireRole, requireRoleOfBody, SettingsError, type Operator } from '../src/index.ts';

const [anna, olga, vera] = ['anna-secret-0123456789abcd', 'olga-secret-0123456789abcd', 'vera-secret-0123456789abcd'];
const admin = 'admin-token-of-the-tests';
const operators = parseOperators({
  OPERATORS: `anna:admin:${anna}, olga:operator:${olga},김민수:viewer:${vera}`,
  ADMIN_TOKEN: `${admin},${admin}2`,
});
const faultOf = (settings: { OPERATORS?: string; ADMIN_TOKEN?: string }): string => {
  try {
    parseOperators(settings);
    return '';
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
};

describe('OPERATORS', () => {
  it('gives each token its name and role, and those of ADMIN_TOKEN go on as admin', () => {
    expect([anna, olga, vera, admin, `${admin}2`].map(operators.ofToken)).toEqual([
      { name: 'anna', role: 'admin' },
      { name: 'olga', role: 'operator' },
      { name: '김민수', role: 'viewer' },
      { name: 'admin', role: 'admin' },
      { name: 'admin', role: 'admin' },
    ]);
    for (const wrong of ['', `${anna}x`, anna.slice(1), anna.toUpperCase(), `anna:admin:${anna}`])
      expect(operators.ofToken(wrong)).toBeNull();
  });

  it.each([
    ['nothing at all', {}],
    ['no colon', { OPERATORS: anna }],
    ['one colon', { OPERATORS: `anna:${anna}` }],
    ['three colons', { OPERATORS: `anna:admin:x:${anna}` }],
    ['no name', { OPERATORS: `:admin:${anna}` }],
    ['a name with a blank', { OPERATORS: `an na:admin:${anna}` }],
    ['a name of a formula', { OPERATORS: `=anna:admin:${anna}` }],
    ['a name of 33 characters', { OPERATORS: `${'a'.repeat(33)}:admin:${anna}` }],
    ['an unknown role', { OPERATORS: `anna:owner:${anna}` }],
    ['a role in capitals', { OPERATORS: `anna:Admin:${anna}` }],
    ['a token of 23 characters', { OPERATORS: `anna:admin:${'anna-secret'.padEnd(23, 'x')}` }],
    ['a token that no header carries', { OPERATORS: `anna:admin:${anna}!` }],
    ['a comma at its end', { OPERATORS: `anna:admin:${anna},` }],
    ['one name twice', { OPERATORS: `anna:admin:${anna},anna:viewer:${vera}` }],
    ['one name twice, in another case', { OPERATORS: `anna:admin:${anna},Anna:viewer:${vera}` }],
    ['one token twice', { OPERATORS: `anna:admin:${anna},olga:viewer:${anna}` }],
    ['a token of ADMIN_TOKEN', { OPERATORS: `anna:admin:${anna}`, ADMIN_TOKEN: anna }],
    ['the name of ADMIN_TOKEN', { OPERATORS: `admin:viewer:${anna}`, ADMIN_TOKEN: admin }],
    ['the name of Sunbeon itself', { OPERATORS: `sunbeon:admin:${anna}` }],
  ])('with %s stops the start with a sentence that names the setting and shows no token', (_, settings) => {
    expect(faultOf(settings)).toMatch(/settings? OPERATORS/);
    expect(faultOf(settings)).not.toMatch(/secret/);
  });

  it('may have an operator of the name admin without ADMIN_TOKEN', () => expect(faultOf({ OPERATORS: `admin:admin:${anna}` })).toBe(''));

  it('changes the fingerprint of an operator with the name, the role and the token, and says nothing of the token', () => {
    const of = (OPERATORS: string): string => {
      const parsed = parseOperators({ OPERATORS });
      return parsed.fingerprintOf(parsed.ofToken(OPERATORS.split(':')[2]!)!);
    };
    const all = [`anna:admin:${anna}`, `anna:viewer:${anna}`, `anja:admin:${anna}`, `anna:admin:${olga}`].map(of);
    expect(new Set(all).size).toBe(4);
    expect(of(`anna:admin:${anna}`)).toBe(all[0]);
    expect(operators.ofFingerprint(all[0]!)).toEqual({ name: 'anna', role: 'admin' });
    for (const other of all.slice(1)) expect(operators.ofFingerprint(other)).toBeNull();
  });
});

describe('the operator of a call', () => {
  const here = { sessions: [], address: '192.0.2.1', addressKey: '192.0.2.1' };
  const signedIn = { name: 'olga', role: 'operator' } as const;
  const check = createOperatorCheck(operators, { sessions: { operatorOf: async ([id]) => (id === 'live' ? signedIn : null) } });

  it('is known by the whole token', async () => {
    expect(await check({ ...here, authorization: `Bearer ${anna}` })).toEqual({ name: 'anna', role: 'admin' });
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${anna.slice(1)}`, `Basic ${anna}`, anna])
      await expect(check({ ...here, authorization })).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('is that of an Authorization, also a wrong one, before that of a cookie', async () => {
    expect(await check({ ...here, sessions: ['live'] })).toEqual(signedIn);
    expect(await check({ ...here, sessions: ['live'], authorization: `Bearer ${anna}` })).toMatchObject({ name: 'anna' });
    await expect(check({ ...here, sessions: ['live'], authorization: 'Bearer wrong' })).rejects.toMatchObject({ code: 'invalid_token' });
    await expect(check({ ...here, sessions: ['dead'] })).rejects.toMatchObject({ code: 'invalid_token' });
  });
});

describe('roles', () => {
  const of = (role: Operator['role']): Operator => ({ name: 'x', role });
  it('of a route that names none are those of admins', () => {
    expect(() => requireRole({}, of('admin'))).not.toThrow();
    for (const role of ['viewer', 'operator'] as const) expect(() => requireRole({}, of(role))).toThrow(/needs the role admin; yours is/);
  });

  it('one other setting than pace, cap and message refuses the whole change of an operator', () => {
    const judge = (role: Operator['role'], body: unknown) => () => requireRoleOfBody(publicRoutes.changeSale, of(role), body);
    expect(judge('operator', { admitPerSecond: 1, activeLimit: 2, message: null })).not.toThrow();
    for (const body of [{ title: 'x' }, { message: 'x', title: 'x' }, { admitPerSecond: 1, nonsense: 1 }, { ['__proto__x']: 1 }, [1]])
      expect(judge('operator', body)).toThrow(expect.objectContaining({ code: 'role_required' }));
    expect(judge('admin', { title: 'x' })).not.toThrow();
  });
});
