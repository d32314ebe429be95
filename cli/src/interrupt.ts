// Ctrl-C and a service manager's stop, once.

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once, as without this. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
