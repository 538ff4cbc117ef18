// A folder of one machine, at the beginning of a path; the end of a URL or of a relative path is none.
const MACHINE_PATH = /(?<![\w.:/-])(?:\/(?:work|tmp|root|home|Users)\/|\.\.\/shared\b|file:\/\/\/)[^\s'"`)]*/g;

/** The paths in a text that belong to somebody's machine. */
export function machineWords(text: string): readonly string[] {
  return text.match(MACHINE_PATH) ?? [];
}
