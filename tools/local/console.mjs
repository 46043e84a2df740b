// Output for people while packages are installed and built, and services started.
const started = Date.now();

/** Ends the process with one clear sentence. */
export class CliError extends Error {}

// A terminal that is gone (EPIPE, EIO) or a full disk behind a redirection must not end the starter: its children do not need the output.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

export const say = (text) => console.log(text);

export const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
export const sinceStart = () => seconds(Date.now() - started);

/** Runs a long step: prints its name, the elapsed time every five seconds, and its duration. */
export const step = async (name, work) => {
  const from = Date.now();
  console.log(`• ${name} …`);
  const timer = setInterval(() => console.log(`  still: ${name} (${seconds(Date.now() - from)} so far)`), 5_000);
  try {
    const result = await work();
    console.log(`  ${name}: done in ${seconds(Date.now() - from)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
};

/** Runs `main`; a CliError is one sentence, anything else a stack trace; both end with exit code 1. */
export const runMain = async (main) => {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof CliError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
};
