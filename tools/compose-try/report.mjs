// The transcript of a trial as a page.
import { cpus, totalmem } from 'node:os';
import { shell } from './compose.mjs';

/** `lines`: what was said; `without`: services that were not run. */
export const page = async (lines, without) => {
  const engine = await shell('docker', ['version', '--format', '{{.Server.Version}}']);
  const images = (await shell('docker', ['images', '--format', '{{.Repository}}', '--filter', 'reference=sunbeon-*'])).split('\n');
  // What our layers add to the base image, which every image on the machine shares.
  const layers = async (image) =>
    (await shell('docker', ['history', '--format', '{{.Size}} {{.CreatedBy}}', image]))
      .split('\n')
      .filter((line) => /COPY/.test(line) && !/^0B/.test(line))
      .map((line) => line.split(' ')[0]);
  const sizes = await Promise.all(images.map(async (image) => `${image} ${(await layers(image)).join(' + ')}`));
  return `# The containers, run for real

\`npm run compose:try${without.length > 0 ? ` -- --without ${without.join(',')}` : ''}\`, ${new Date().toISOString().slice(0, 10)}. Machine: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Docker engine ${engine}; other work ran on the same cores. Every
step below is checked by \`tools/compose-try/main.mjs\`, which ends with 1 when one fails.

\`\`\`
${lines.join('\n')}
\`\`\`

Layers that our images add to their base: ${sizes.join('; ')}.
${
  without.length > 0
    ? `
## What it does not show

This machine could pull no image. The base images were stand-ins of the same names: Debian 12 with Node 20, Redis 7.0 and Prometheus 2.42. Not run for the
same reason: ${without.join(', ')}. Their files are parsed, and their names held against docker-compose.yml, by \`infra/test/compose.test.ts\`. The versions that
docker-compose.yml pins still have to be seen together once on a machine that can pull them.
`
    : ''
}`;
};
