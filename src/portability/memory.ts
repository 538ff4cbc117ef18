import { sha256Base64 } from '#crypto-backend';
import { decodeBase64 } from '../crypto/base64.ts';
import { utf8Length } from '../identifiers/identifiers.ts';
import type { ExportPlace } from './place.ts';

/** An export in memory: its files by path. For small exports, where there are no folders, and for tests. */
export type MemoryExport = { readonly place: ExportPlace; readonly files: ReadonlyMap<string, string> };

/**
 * A place for an export in memory, without the bytes of uploads.
 * @example createMemoryExport().files.size // 0
 */
export function createMemoryExport(): MemoryExport {
  const [files, scratch] = [new Map<string, string>(), new Map<string, string>()];
  return {
    files,
    place: {
      append: appendTo(files),
      finish: (path) => {
        const text = files.get(path) ?? '';
        return { bytes: utf8Length(text), sha256: hexOf(decodeBase64(sha256Base64(text))) };
      },
      scratch: { append: appendTo(scratch), read: (name) => [scratch.get(name) ?? ''], remove: (name) => void scratch.delete(name) },
    },
  };
}

function appendTo(all: Map<string, string>): (name: string, text: string) => void {
  return (name, text) => void all.set(name, (all.get(name) ?? '') + text);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
