import { guideOneStack } from '../support/guides/stack-of-guides.ts';
// Each runs a part of the text and code that readers copy. They share the stack: a start takes longer than all of them together.
import './guides/pages.ts';
import './guides/curl-example.ts';
import './guides/node-backend-example.ts';
import './guides/web-example.ts';

guideOneStack();
