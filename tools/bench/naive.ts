// Reference: the queue of a typical demo. One Express process; a join names its user, is looked up, gets a time as score and is told its rank;
// each poll asks whether one is let in, the rank and the length; ZPOPMIN on a timer. (Shape as in, for example, github.com/pjt3591oo/simple-waiting-system.)
import express from 'express';
import { Redis } from 'ioredis';

const redis = new Redis(Number(process.env['REDIS_PORT']), '127.0.0.1');
const perSecond = Number(process.env['ADMIT_PER_SECOND'] ?? 50);
const app = express();
app.use(express.json());

app.post('/queue', async (request, response) => {
  const { userId } = request.body as { userId?: string };
  if (!userId) return void response.status(400).json({ error: 'userId is required' });
  if (await redis.sismember('naive:active', userId)) return void response.json({ status: 'active' });
  const known = await redis.zrank('naive:queue', userId);
  if (known === null) await redis.zadd('naive:queue', Date.now(), userId);
  const rank = known ?? (await redis.zrank('naive:queue', userId));
  const total = await redis.zcard('naive:queue');
  response.status(201).json({ status: 'waiting', position: (rank ?? 0) + 1, total, etaSeconds: Math.ceil(((rank ?? 0) + 1) / perSecond) });
});
app.get('/queue/:userId', async ({ params: { userId } }, response) => {
  if (await redis.sismember('naive:active', userId)) return void response.json({ status: 'active' });
  const rank = await redis.zrank('naive:queue', userId);
  if (rank === null) return void response.status(404).json({ error: 'not in the queue' });
  const total = await redis.zcard('naive:queue');
  response.json({ status: 'waiting', position: rank + 1, total, etaSeconds: Math.ceil((rank + 1) / perSecond) });
});
const admit = async (): Promise<void> => {
  if (perSecond === 0) return;
  const popped = await redis.zpopmin('naive:queue', perSecond);
  for (let i = 0; i < popped.length; i += 2) await redis.sadd('naive:active', popped[i]!);
};
setInterval(() => void admit(), 1_000);
app.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
