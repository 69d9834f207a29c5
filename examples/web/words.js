/** What each failure means to the user. The codes are those of LayermintError. */
const WORDS = {
  'no-access': 'You have no access to this document any more.',
  'sign-in-required': 'Please sign in again.',
  'caller-token-failed': 'The identity provider cannot be reached. It is tried again.',
  'user-changed': 'Another user has signed in. Please open the document again.',
  'signed-out': 'You are signed out.',
  offline: 'You are offline. The document is renewed once you are back.',
  unreachable: 'The service cannot be reached. It is tried again.',
  unavailable: 'The service is busy. It is tried again.',
  'viewer-failed': 'The viewer could not open the document. The console of the browser says more.',
};

/** Describes a failure in words. Details of the service or the viewer are added: they say what to do, and hold no token. */
export function inWords(error) {
  const words = WORDS[error.code] ?? 'The document cannot be opened.';
  const detail = error.problem?.detail ?? (error.code === 'viewer-failed' ? error.cause?.message : undefined);
  return detail === undefined ? words : `${words} ${detail}`;
}

const PERMISSIONS = {
  'read-document': 'read it',
  write: 'write into it',
  download: 'download it',
  'cover-image': 'see its cover',
};

export const permissionsInWords = (permissions) =>
  permissions.map((permission) => PERMISSIONS[permission] ?? permission).join(', ');

/** Writes a duration, such as "4 min 5 s". */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60 === 0 ? '' : ` ${seconds % 60} s`;
  return minutes === 0 ? `${seconds} s` : `${minutes} min${rest}`;
}
