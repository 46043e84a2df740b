import { nextGuard } from '@sunbeon/guard/next';
import { shopGuard } from '../../guard.js';

export const POST = nextGuard(shopGuard, async (request) => {
  const to = (location, more = {}) => new Response(null, { status: 303, headers: { location, ...more } });
  if (!request.sunbeon) return to('/');
  try {
    const { setCookie } = await shopGuard().extend(request.sunbeon.passId);
    return to('/', { 'set-cookie': setCookie });
  } catch (error) {
    return to(error.code === 'limit_exceeded' ? '/?note=limit' : '/?note=later');
  }
});
