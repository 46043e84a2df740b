// Faulty servers, the script that must detect each, and the threshold that it must cross.
const freeSlot = "redis.call('ZREM', k.active, visitor)";

export const broken = [
  {
    name: 'joining again gives a new place',
    script: 'smoke',
    settings: { SECONDS: '6' },
    crosses: 'checks',
    scripts: [{ file: 'queue/dist/scripts/join.lua', from: "local seq = redis.call('ZSCORE', KEYS[3], visitor)", to: 'local seq = false' }],
  },
  {
    name: 'one answer in fifty is 503',
    script: 'smoke',
    settings: { SECONDS: '10' },
    crosses: 'http_req_failed',
    proxy: { everyNth: 50, status: 503 },
  },
  {
    name: 'one answer in twenty takes 2 s',
    script: 'onsale-spike',
    settings: { RATE: '10', HOLD: '5' },
    crosses: 'http_req_duration{name:join}',
    proxy: { everyNth: 20, slowMs: () => 2_000 },
  },
  {
    name: 'the second join forgets the first',
    script: 'onsale-spike',
    settings: { RATE: '10', HOLD: '2' },
    crosses: 'place_kept',
    scripts: [{ file: 'queue/dist/scripts/join.lua', from: "local seq = redis.call('ZSCORE', KEYS[3], visitor)", to: 'local seq = false' }],
  },
  {
    name: 'one place in twenty is not written down',
    script: 'onsale-spike',
    settings: { RATE: '10', HOLD: '2' },
    crosses: 'places_lost',
    scripts: [
      {
        file: 'queue/dist/scripts/join.lua',
        from: "local given = redis.call('HINCRBY', KEYS[2], 'seq', 1)",
        to: "local given = tonumber(redis.call('HGET', KEYS[2], 'seq') or 0) + 1\n      if now % 20 ~= 0 then redis.call('HINCRBY', KEYS[2], 'seq', 1) end",
      },
    ],
  },
  {
    name: 'an expired visit keeps its slot',
    script: 'soak',
    settings: { RATE: '5', DURATION: '12s' },
    crosses: 'slots_leaked',
    scripts: [{ file: 'expire.lua', from: freeSlot, to: '' }],
  },
  {
    name: 'it gets slower and slower',
    script: 'soak',
    settings: { RATE: '5', DURATION: '15s' },
    crosses: 'answered_ms{part:last}',
    proxy: { slowMs: (ms) => ms / 25 },
  },
  {
    name: 'streams fall silent',
    script: 'waiting-crowd',
    settings: { RATE: '2', ARRIVALS: '6', PACE: '8' },
    crosses: 'never_let_in',
    proxy: { deafAfterMs: 3_000 },
  },
  {
    name: 'the last come first (seen on the stream)',
    script: 'waiting-crowd',
    settings: { RATE: '2', ARRIVALS: '8', PACE: '8' },
    crosses: 'positions_grown',
    scripts: [
      { file: 'admit.lua', from: "redis.call('ZRANGE', KEYS[3], 0, n - 1)", to: "redis.call('ZREVRANGE', KEYS[3], 0, n - 1)" },
      { file: 'admit.lua', from: "redis.call('ZREMRANGEBYRANK', KEYS[3], 0, n - 1)", to: "redis.call('ZREMRANGEBYRANK', KEYS[3], -n, -1)" },
    ],
  },
  {
    name: 'stock is not checked',
    script: 'purchase-contention',
    settings: { RATE: '20', GATHER: '5', STOCK: '50' },
    crosses: 'books_broken',
    scripts: [{ file: 'shop.lua', from: 'if tonumber(stock[1]) >= quantity then', to: 'if true then' }],
  },
  {
    name: 'the key of an order is forgotten',
    script: 'purchase-contention',
    settings: { RATE: '20', GATHER: '5', STOCK: '50' },
    crosses: 'answers_changed',
    scripts: [{ file: 'shop.lua', from: 'if not past then return nil end', to: 'do return nil end' }],
  },
  {
    name: 'a purchase does not end the right to buy',
    script: 'purchase-contention',
    settings: { RATE: '20', GATHER: '5', STOCK: '50' },
    crosses: 'sold_twice',
    scripts: [{ file: 'shop.lua', from: freeSlot, to: '' }],
  },
  {
    name: 'the last come first',
    script: 'fairness',
    settings: { RATE: '4', ARRIVALS: '8', PACE: '8' },
    crosses: 'overtaken',
    scripts: [
      { file: 'admit.lua', from: "redis.call('ZRANGE', KEYS[3], 0, n - 1)", to: "redis.call('ZREVRANGE', KEYS[3], 0, n - 1)" },
      { file: 'admit.lua', from: "redis.call('ZREMRANGEBYRANK', KEYS[3], 0, n - 1)", to: "redis.call('ZREMRANGEBYRANK', KEYS[3], -n, -1)" },
    ],
  },
  {
    name: 'one of the line in ten is let in at once',
    script: 'fairness',
    settings: { RATE: '4', ARRIVALS: '8', PACE: '8' },
    crosses: 'group_in_order',
    scripts: [
      {
        file: 'queue/dist/scripts/join.lua',
        from: "redis.call('ZADD', KEYS[3], string.format('%.0f', given), visitor)",
        to: "redis.call('ZADD', KEYS[3], string.format('%.0f', given % 10 == 0 and given - 30 or given), visitor)",
      },
    ],
  },
];
