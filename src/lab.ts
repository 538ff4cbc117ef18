/**
 * Comparing rule tables: which events two of them redact differently, and whose IDs change.
 * @module
 */
export { compareRules, type RuleDifference } from './lab/compare-rules.ts';
