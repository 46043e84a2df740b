export { openLive, type Connection, type Live, type LiveOptions } from '@sunbeon/client';
