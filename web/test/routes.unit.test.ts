import { describe, expect, it } from '@jest/globals';
import { pathOfTarget } from '../routes.mjs';

describe('the target of a request', () => {
  it.each([
    ['/', '/'],
    ['/sales/a?b=http://c/d', '/sales/a?b=http://c/d'],
    ['//sales', '//sales'],
    ['*', '*'],
    ['http://wait.example/sales/a?b', '/sales/a?b'],
    ['HTTPS://wait.example:99999/api/sales', '/api/sales'],
    ['http://wait.example', '/'],
    ['http://wait.example?b', '/?b'],
    ['http:///etc', '/etc'],
  ])('%s is the path %s', (target, path) => expect(pathOfTarget(target)).toBe(path));
});
