/** Says on standard error, when a process ends, how much memory it took at most. */
process.on('exit', () => {
  process.stderr.write(`    (pid ${process.pid}: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most)\n`);
});
