import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '@sunbeon/runtime';
import { readServiceConfig } from '../src/config.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2';
const read = (settings: Record<string, string>) => {
  process.env = { ...before, TOKEN_SECRET: secret, ...settings };
  return readServiceConfig();
};

describe('settings that are wrong', () => {
  it.each([
    ['PORT', '0x10'],
    ['PORT', '1e3'],
    ['PORT', ' 4000'],
    ['PORT', '4000.5'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '9000'],
    ['HOST', 'a b!'],
    ['HOST', 'http://a'],
    ['HOST', '-a'],
    ['QUEUE_URL', 'http://a/'],
    ['QUEUE_URL', 'http://a/x'],
    ['QUEUE_URL', 'http://a?x=1'],
    ['QUEUE_URL', 'http://u:p@a'],
    ['QUEUE_URL', 'http://a:99999'],
    ['QUEUE_URL', 'a:4001'],
    ['QUEUE_URL', 'http://a, http://b'],
    ['ALLOWED_ORIGINS', 'http://a/'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'HTTP://A'],
    ['ALLOWED_ORIGINS', 'a.example'],
    ['ALLOWED_ORIGINS', 'https://a.example:443'],
    ['ALLOWED_ORIGINS', 'https://a.example,'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '01'],
    ['TRUST_PROXY', '1.2.3.4/99'],
    ['TRUST_PROXY', '1.2.3.4/'],
    ['TOKEN_SECRET', `${secret},${secret}`],
    ['TOKEN_SECRET', 'short'],
    ['JOIN_LIMIT_PER_MINUTE', '-0'],
    ['JOIN_LIMIT_PER_MINUTE', '1e2'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'junk'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER', 'ALWAYS_ON'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '1e-2'],
    ['OTEL_TRACES_SAMPLER_ARG', '1%'],
    ['TRUST_TRACEPARENT', 'yes'],
    ['TRUST_TRACEPARENT', 'on'],
    ['LOG_LEVEL', 'INFO'],
    ['REDIS_URL', 'redis://h:99999'],
    ['REDIS_URL', 'redis+cluster://h/3'],
    ['SUNBEON_TOKEN', 'x'],
  ])('%s=%s: one sentence that names the setting and not a secret', (name, value) => {
    const refusal = ((): unknown => {
      try {
        return read({ [name]: value });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(SettingsError);
    expect((refusal as Error).message).toContain(name);
    expect((refusal as Error).message).not.toMatch(/hunter2|\n/);
  });
  const oidc = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'sunbeon', MEMBER_SECRET: 'm'.repeat(32) };
  it.each<[string, string]>([
    ['OIDC_ISSUER', ''],
    ['OIDC_ISSUER', 'http://id.example'],
    ['OIDC_ISSUER', 'https://user:hunter2@id.example'],
    ['OIDC_ISSUER', 'https://id.example?tenant=1'],
    ['OIDC_ISSUER', 'https://id.example#x'],
    ['OIDC_ISSUER', 'id.example'],
    ['OIDC_CLIENT_ID', ''],
    ['MEMBER_SECRET', ''],
    ['MEMBER_SECRET', 'short'],
    ['MEMBER_SECRET', `${secret},${secret}`],
    ['OIDC_SCOPES', 'profile'],
    ['OIDC_SCOPES', 'openid  profile'],
    ['OIDC_SCOPES', 'openid,profile'],
  ])('a login with %s=%s: one sentence that names the setting and not a secret', (name, value) => {
    const refusal = ((): unknown => {
      try {
        return read({ ...oidc, [name]: value });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(SettingsError);
    expect((refusal as Error).message).toContain(name);
    expect((refusal as Error).message).not.toMatch(/hunter2|mmmm|\n/);
  });
  it('a login is read whole, also on this machine, and is not needed', () => {
    expect(read({ ...oidc, OIDC_SCOPES: 'openid profile' })).toMatchObject({ ...oidc, OIDC_SCOPES: 'openid profile' });
    expect(read({ ...oidc, OIDC_ISSUER: 'http://127.0.0.1:3100' })).toMatchObject({ OIDC_SCOPES: 'openid' });
    expect(read({})).not.toHaveProperty('OIDC_ISSUER');
  });
  it('right ones are read', () => {
    expect(
      read({
        PORT: '4010',
        HOST: '::',
        QUEUE_URL: 'http://queue:80,http://[::1]:4001',
        ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000',
        TRUST_PROXY: '10.0.0.0/8,::1',
        REDIS_URL: 'redis://[::1]:6379/2',
      }),
    ).toMatchObject({ PORT: 4_010, HOST: '::', TRUST_PROXY: '10.0.0.0/8,::1' });
  });
  it('the process ends with 1 and the sentence', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=development', '--import', 'tsx', 'services/gateway/src/main.ts'],
      { env: { ...before, NODE_OPTIONS: '', TOKEN_SECRET: secret, REDIS_URL: 'redis://h:0' }, encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('the setting REDIS_URL is not right: a port is a number from 1 to 65535\n');
  });
});
