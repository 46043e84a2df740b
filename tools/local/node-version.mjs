import { CliError } from './console.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);

/** Node ≥ 20.19: older ones cannot load what we depend on. */
export const checkNode = () => {
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new CliError(`Sunbeon needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one and try again.`);
  }
};
