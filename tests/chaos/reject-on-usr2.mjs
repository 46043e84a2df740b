// Preloaded into a service by the chaos tests: SIGUSR2 causes an unhandled rejection.
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody looks at this')));
