export { CanonicalJsonError } from './canonical-json.ts';
