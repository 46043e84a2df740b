// The reference: the queue of the usual demo. One Express process, a time as score, ZRANK for each poll, ZPOPMIN on a timer.
import { randomUUID } from 'node:crypto';
import express from 'express';
import { Redis } from 'ioredis';

const redis = new Redis(Number(process.env['REDIS_PORT']), '127.0.0.1');
const perSecond = Number(process.env['ADMIT_PER_SECOND'] ?? 50);
const app = express();
app.use(express.json());

app.post('/queue', async (_, response) => {
  const userId = randomUUID();
  await redis.zadd('naive:queue', Date.now(), userId);
  const rank = await redis.zrank('naive:queue', userId);
  response.status(201).json({ userId, position: (rank ?? 0) + 1, total: await redis.zcard('naive:queue') });
});
app.get('/queue/:userId', async (request, response) => {
  const rank = await redis.zrank('naive:queue', request.params.userId);
  if (rank === null) return void response.json({ status: (await redis.sismember('naive:active', request.params.userId)) ? 'active' : 'unknown' });
  response.json({ status: 'waiting', position: rank + 1, total: await redis.zcard('naive:queue'), etaSeconds: Math.ceil((rank + 1) / perSecond) });
});
setInterval(async () => {
  if (perSecond === 0) return;
  const popped = await redis.zpopmin('naive:queue', perSecond);
  for (let i = 0; i < popped.length; i += 2) await redis.sadd('naive:active', popped[i]!);
}, 1_000);
app.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
