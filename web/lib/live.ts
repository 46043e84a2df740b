export { openLive, type Connection, type Live, type LiveOptions, type PollResult } from '@sunbeon/client';
