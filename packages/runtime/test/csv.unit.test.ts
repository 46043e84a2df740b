import { describe, expect, it } from '@jest/globals';
import { csvAnswer, csvRecord, inertText } from '../src/index.ts';

describe('a record of CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1+1', '\r=1+1', '=HYPERLINK("http://evil.example")'])('has no formula: %j', (text) => {
    expect(inertText(text)).toBe(`'${text}`);
    expect(csvRecord([text])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`);
  });

  it('keeps other texts and all numbers, in quotes; what is absent is empty', () => {
    expect(csvRecord(['a=b', ' =1', 'x, "y"\r\nz', '서울', '', undefined, 0, -3])).toBe(
      '"a=b"," =1","x, ""y""\r\nz","서울","","","0","-3"\r\n',
    );
  });
});

it('an answer whose caller goes away reads no further page, and its source ends', async () => {
  let read = 0;
  let isOver = false;
  async function* pages() {
    try {
      for (;;) {
        read += 1;
        await Promise.resolve();
        yield 'x'.repeat(200_000);
      }
    } finally {
      isOver = true;
    }
  }
  const body = csvAnswer('orders', pages()).body as NodeJS.ReadableStream & {
    destroy: () => void;
    once: (event: 'close', done: () => void) => void;
  };
  const reading = body[Symbol.asyncIterator]();
  await reading.next();
  await new Promise((resolve) => setImmediate(resolve));
  // The page that was asked for, and one ahead.
  expect(read).toBeLessThanOrEqual(2);
  const before = read;
  const closed = new Promise<void>((resolve) => body.once('close', resolve));
  body.destroy();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  expect([isOver, read]).toEqual([true, before]);
});
