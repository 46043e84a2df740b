// Preloaded into a service by the chaos tests: SIGUSR2 makes a promise fail that nobody looks at.
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody looks at this')));
