/**
 * A script for the page. The ids of requests, keys and tokens are new in each run: it shows the same ones in every picture. It changes
 * the shown text alone, right before the picture.
 */
export const WITHOUT_CHANCE = `(() => {
  const kinds = [
    { of: /\\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\\b/g, shown: ['5f0c1d2e-3a4b-4c5d-8e6f-708192a3b4c5'] },
    { of: /(?<![\\w-])(?=[\\w-]*[A-Z])(?=[\\w-]*[0-9])[\\w-]{43}(?![\\w-])/g, shown: ['Lq3xV9mTz2bWk7RcYd8sPfH1uGa5NeJoXi4Zt6Qy0Bw', 'w8KpT4nGvJ2sRy6LmXc9ZbQe1FhUd5Ya7Ni3Ot0VqEk'] },
    { of: /(?<![\\w-])(?=[\\w-]*[A-Z])(?=[\\w-]*[0-9])[\\w-]{22}(?![\\w-])/g, shown: ['pX4vT9bQm2Lk7RcYd8sZfA'] },
  ];
  const nodes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const { of, shown } of kinds) {
    const found = [...new Set(nodes.flatMap((node) => node.nodeValue.match(of) ?? []))];
    found.forEach((id, at) => {
      const still = shown[at % shown.length];
      for (const node of nodes) {
        const text = node.nodeValue.replaceAll(id, still).replaceAll(id.slice(0, 12) + '…', still.slice(0, 12) + '…');
        if (text !== node.nodeValue) node.nodeValue = text;
      }
    });
  }
  for (const field of document.querySelectorAll('textarea'))
    if (field.value.startsWith('eyJ')) field.value = 'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IkxxM3hWOW1UejJiV2s3UmNZZDhzUGZIMXVHYTVOZUpvWGk0WnQ2UXkwQncifQ.eyJkb2N1bWVudF9pZCI6…';
})()`;
