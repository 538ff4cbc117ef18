import fc from 'fast-check';

/** More runs with `FC_NUM_RUNS=10000 npm test`; a run that failed is repeated with `FC_SEED`. fast-check prints the seed. */
const numRuns = Number(process.env['FC_NUM_RUNS'] ?? 100);
const seed = process.env['FC_SEED'];
fc.configureGlobal({ numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) });
