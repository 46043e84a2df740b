import { describe, expect, it } from '@jest/globals';
import { pageSettings } from '../settings.mjs';

describe('the settings of the page', () => {
  it('are those of a laptop when nothing, or nothing but empty texts, is given', () => {
    const standard = {
      port: '3000',
      opsPort: undefined,
      host: '127.0.0.1',
      gatewayUrl: 'http://localhost:4000',
      webUrl: undefined,
      trustProxy: undefined,
      secret: undefined,
      level: 'info',
      requests: false,
    };
    expect(pageSettings({})).toEqual(standard);
    expect(pageSettings({ GATEWAY_URL: '', WEB_URL: '', PORT: '', WEB_PORT: '', HOST: '', TRUST_PROXY: '', PAGE_SECRET: '' })).toEqual(
      standard,
    );
    expect(
      pageSettings({
        PORT: '1',
        WEB_PORT: '65535',
        OPS_PORT: '8000',
        HOST: '::',
        GATEWAY_URL: 'https://[::1]:4000',
        WEB_URL: 'https://tickets.example/',
        TRUST_PROXY: '10.0.0.0/8',
        PAGE_SECRET: 's'.repeat(16),
        LOG_LEVEL: 'warn',
        REQUEST_LOG: 'on',
      }),
    ).toEqual({
      port: '65535',
      opsPort: '8000',
      host: '::',
      gatewayUrl: 'https://[::1]:4000',
      webUrl: 'https://tickets.example/',
      trustProxy: '10.0.0.0/8',
      secret: 's'.repeat(16),
      level: 'warn',
      requests: true,
    });
  });
  it.each([
    ...[
      'http://',
      'http://gateway:4000/',
      'http://gateway:4000/api',
      'http://gateway?x',
      'http://user:pass@gateway',
      'ftp://gateway',
      'gateway:4000',
      'localhost:8080',
      ' http://gateway',
      'http://gateway:',
      'http://gateway:0',
      'http://gateway:65536',
      'http://::1:4000',
      'http://a b',
      ' ',
    ].map((text) => ['GATEWAY_URL', text]),
    ...['https://', 'https://tickets.example/sales', 'tickets.example', 'ftp://tickets.example', ' '].map((text) => ['WEB_URL', text]),
    ...['0', '65536', '08080', '-1', '+1', '1e3', '0x10', '80.5', 'NaN', ' 80', ' ', 'http'].flatMap((text) => [
      ['PORT', text],
      ['WEB_PORT', text],
      ['OPS_PORT', text],
    ]),
    ...['http://0.0.0.0', '[::1]', 'a b', '-a', '*', ' '].map((text) => ['HOST', text]),
    ...['yes', '10.0.0.0/', '1,2'].map((text) => ['TRUST_PROXY', text]),
    ...['short', 'has a space in it, long', '비밀비밀비밀비밀비밀비밀비밀비밀비밀'].map((text) => ['PAGE_SECRET', text]),
    ...['loud', '30', 'INFO', ' '].map((text) => ['LOG_LEVEL', text]),
    ...['true', '1', 'ON'].map((text) => ['REQUEST_LOG', text]),
  ])('a wrong one is refused by its name: %s=%j', (name, text) => expect(() => pageSettings({ [name]: text })).toThrow(name));
});
