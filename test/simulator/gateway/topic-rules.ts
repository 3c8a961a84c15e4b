const mostTopicBytes = 256;
const mostSlashes = 7;
export const mostFiltersPerSubscribe = 8;
export const mostSubscriptions = 50;
export const mostPayloadBytes = 128 * 1024;
export const mostClientIdBytes = 128;

/** Why AWS would close the connection for this topic or filter, or undefined. */
export function topicProblem(topic: string): string | undefined {
  if (topic === '') return 'empty topic';
  if (topic.startsWith('$')) return 'reserved topic';
  if (Buffer.byteLength(topic) > mostTopicBytes) return `topic of more than ${mostTopicBytes} bytes`;
  if (topic.split('/').length - 1 > mostSlashes) return `topic of more than ${mostSlashes} slashes`;
  return undefined;
}

/** The same for a filter; wildcards must be whole levels and `#` the last. */
export function filterProblem(filter: string): string | undefined {
  const levels = filter.split('/');
  const bad = levels.some(
    (level, index) =>
      (level.includes('#') && (level !== '#' || index < levels.length - 1)) || (level.includes('+') && level !== '+'),
  );
  return bad ? 'misplaced wildcard' : topicProblem(filter);
}

/** Whether a filter takes a topic at AWS, where `a/#` does not take `a`. */
export function filterTakes(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split('/');
  const given = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return given.length > index;
    if (given[index] === undefined || (level !== '+' && level !== given[index])) return false;
  }
  return wanted.length === given.length;
}
