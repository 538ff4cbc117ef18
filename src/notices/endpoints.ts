/** Where a notice is taken in: the path of the proposal's text, and the one for as long as it is a proposal. */
export type NoticePaths = { readonly stable: `/${string}`; readonly unstable: `/${string}` };

/** Who takes in notices by HTTP. */
export type NoticeEndpoint = 'server' | 'application-service';

/**
 * The paths for notices, by who takes them in. Try the unstable one first while MSC2438 is not part of the specification.
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/2438
 */
export const noticePaths: Readonly<Record<NoticeEndpoint, NoticePaths>> = Object.freeze({
  server: Object.freeze({
    stable: '/_matrix/federation/v1/user/erase',
    unstable: '/_matrix/federation/unstable/org.matrix.msc2438/user/erase',
  }),
  'application-service': Object.freeze({
    stable: '/_matrix/app/v1/users/erase',
    unstable: '/_matrix/app/unstable/org.matrix.msc2438/users/erase',
  }),
});

/** The endpoint that a path, without its query, belongs to. */
export function endpointAt(path: string): NoticeEndpoint | undefined {
  const found = Object.entries(noticePaths).find(([, paths]) => paths.stable === path || paths.unstable === path);
  return found?.[0] as NoticeEndpoint | undefined;
}
