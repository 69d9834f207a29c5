/** The audit log of a stage. */
export interface AuditLog {
  readonly region: string;
  readonly logGroup: string;
}

/** A filter of the audit log. An empty text is no filter. */
export interface Wanted {
  readonly document: string;
  readonly user: string;
}

/** The characters that mean themselves in a quoted text of Logs Insights, in every version of the language. */
const PLAIN = /^[\p{L}\p{N} _.~:@,;=+&!?()<>{}[\]^$%*-]+$/u;

/**
 * Writes a query of Logs Insights for the latest audit records. A text with a quote or a backslash becomes a pattern in which a dot
 * stands for each such character, so no text can end its quotes.
 */
export function queryFor({ document, user }: Wanted): string {
  const conditions = [
    ...(document === '' ? [] : [isText('subject', document)]),
    ...(user === '' ? [] : [isText('data.userId', user)]),
  ];
  return [
    'fields @timestamp, type, subject, data.userId, data.callerId, data.reason',
    ...(conditions.length === 0 ? [] : [`filter ${conditions.join(' and ')}`]),
    'sort @timestamp desc',
    'limit 100',
  ].join(' | ');
}

function isText(field: string, text: string): string {
  if (PLAIN.test(text)) return `${field} = "${text}"`;
  const pattern = Array.from(text, (character) => (/[\p{L}\p{N} _@,=-]/u.test(character) ? character : '.'));
  return `${field} like /^${pattern.join('')}$/`;
}

/** The addresses of the AWS console by the beginning of the region's name. */
const HOSTS = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
] as const;

/**
 * Writes the address of Logs Insights in the AWS console with a query of the last hour. AWS does not document its form: the page shows
 * the query as text too.
 */
export function insightsLink({ region, logGroup }: AuditLog, query: string): string {
  const host = HOSTS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'console.aws.amazon.com';
  const detail = `~(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds~editorString~'${starred(query)}~source~(~'${starred(logGroup)}))`;
  const hash = `logsV2:logs-insights$3FqueryDetail$3D${encodeURIComponent(detail).replaceAll("'", '%27').replaceAll('%', '$')}`;
  return `https://${host}/cloudwatch/home?region=${encodeURIComponent(region)}#${hash}`;
}

/** Writes each byte but letters and digits as `*` and two hexadecimal digits, as the AWS console does in its addresses. */
function starred(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_.-]/.test(character) ? character : `*${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
