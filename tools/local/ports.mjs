import { createServer } from 'node:net';
import { CliError } from './console.mjs';

export const isFree = (host, port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

/** `wanted`: { variable, port, host }. One clear sentence for the first port that is taken. */
export const checkPorts = async (wanted) => {
  for (const { variable, port, host } of wanted) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new CliError(`${variable} must be a port, from 1 to 65535.`);
    if (!(await isFree(host, port)))
      throw new CliError(`Port ${port} is taken by another program; stop it, or choose another one with ${variable}=….`);
  }
};
