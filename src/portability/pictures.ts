import type { ExportFiles } from './files.ts';
import { numbered } from './names.ts';
import { picturesPage, type Picture } from './page/pictures-page.ts';

const PICTURES_A_PAGE = 500;

/** The pages of pictures. */
export type PictureWriter = { readonly add: (picture: Picture) => Promise<void>; readonly finish: () => Promise<void> };

/** Collects pictures, each once. */
export function createPictures(files: ExportFiles): PictureWriter {
  const pictures = new Map<string, Picture>();
  return {
    add: async (picture) => {
      if (!pictures.has(picture.file)) pictures.set(picture.file, picture);
    },
    finish: async () => {
      const all = [...pictures.values()];
      const count = Math.max(1, Math.ceil(all.length / PICTURES_A_PAGE));
      const names = Array.from({ length: count }, (_, index) => (index === 0 ? 'index.html' : numbered('part', index + 1, '.html')));
      for (const [index, name] of names.entries()) {
        await files.write(`pictures/${name}`, picturesPage(all.slice(index * PICTURES_A_PAGE, (index + 1) * PICTURES_A_PAGE), names, index));
      }
    },
  };
}
